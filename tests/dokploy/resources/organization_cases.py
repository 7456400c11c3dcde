"""The cases of what an organisation shares between its projects, but notifications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dokploy.resources.middleware import FOLDER, REMOVED
from dokploy.simulator import Simulator
from tests.dokploy.resources.case import Case, Rows

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----\n"

REGISTRY = Case(
    kind="Registry",
    table="registries",
    create="registry.create",
    valid={
        "name": "images",
        "url": "registry.example:5000",
        "username": "robot",
        "password": "s3cret-of-robot",
        "imagePrefix": "chat",
    },
    changes=(
        ({"name": "pictures"}, "name"),
        ({"url": "other.example"}, "url"),
        ({"url": ""}, "url"),
        ({"username": "android"}, "username"),
        ({"password": "another-s3cret"}, "password"),
        ({"imagePrefix": None}, "imagePrefix"),
    ),
    edits=(
        ("registryName", "renamed", "name"),
        ("registryUrl", "elsewhere.example", "url"),
        ("username", "someone", "username"),
        ("password", "typed by hand", "password"),
        ("imagePrefix", "other", "imagePrefix"),
    ),
    replacing=(({"serverId": "another"}, "serverId"),),
)
DESTINATION = Case(
    kind="Destination",
    table="destinations",
    create="destination.create",
    valid={
        "name": "off-site",
        "provider": "Minio",
        "endpoint": "https://s3.example",
        "region": "eu-1",
        "bucket": "backups",
        "accessKey": "AKIA-of-robot",
        "secretAccessKey": "s3cret-of-bucket",
        "additionalFlags": ["--s3-acl=private"],
    },
    changes=(
        ({"name": "abroad"}, "name"),
        ({"provider": None}, "provider"),
        ({"endpoint": "http://minio.example:9000"}, "endpoint"),
        ({"region": None}, "region"),
        ({"bucket": "copies"}, "bucket"),
        ({"accessKey": "another-key"}, "accessKey"),
        ({"secretAccessKey": "another-s3cret"}, "secretAccessKey"),
        ({"additionalFlags": None}, "additionalFlags"),
        ({"additionalFlags": ["--s3-acl=private", "--low-level-retries=3"]}, "additionalFlags"),
        ({"verify": False}, "verify"),
    ),
    edits=(
        ("name", "renamed", "name"),
        ("provider", "AWS", "provider"),
        ("endpoint", "https://other.example", "endpoint"),
        ("region", "", "region"),
        ("bucket", "other", "bucket"),
        ("accessKey", "typed by hand", "accessKey"),
        ("secretAccessKey", "typed by hand", "secretAccessKey"),
        ("additionalFlags", [], "additionalFlags"),
        ("additionalFlags", None, "additionalFlags"),
    ),
)
SSH_KEY = Case(
    kind="SshKey",
    table="ssh_keys",
    create="sshKey.create",
    valid={"name": "deploy", "description": "For git", "publicKey": "ssh-ed25519 AAAAC3 deploy", "privateKey": KEY},
    changes=(
        ({"name": "pull"}, "name"),
        ({"description": None}, "description"),
        ({"description": "For servers"}, "description"),
    ),
    edits=(("name", "renamed", "name"), ("description", "typed by hand", "description")),
    replacing=(
        ({"publicKey": "ssh-ed25519 AAAAC4 deploy"}, "publicKey"),
        ({"privateKey": KEY.replace("b3B", "c4C")}, "privateKey"),
    ),
)
TAG = Case(
    kind="Tag",
    table="tags",
    create="tag.create",
    valid={"name": "customers", "color": "#00ff00"},
    changes=(
        ({"color": "#0000ff"}, "color"),
        ({"color": None}, "color"),
        ({"name": "clients"}, "name"),
    ),
    edits=(("name", "renamed", "name"), ("color", "#ffffff", "color"), ("color", None, "color")),
    # Dokploy says of another organisation's tag that there is none.
    server_wide=True,
)


@dataclass(frozen=True, kw_only=True)
class FileCase(Case):
    """A middleware is a file: its text is the only column."""

    def all_rows(self, simulator: Simulator) -> Rows:
        ours = f"{FOLDER}/headers-"
        return {
            path.removeprefix(f"{FOLDER}/").removesuffix(".yml"): _Text(simulator, path)
            for path, text in simulator.state.traefik.items()
            if path.startswith(ours) and text != REMOVED
        }

    def drop(self, simulator: Simulator, id: str) -> None:
        simulator.state.traefik.pop(f"{FOLDER}/{id}.yml")


class _Text(dict[str, Any]):
    """A row over a file, written through to it."""

    def __init__(self, simulator: Simulator, path: str) -> None:
        super().__init__(text=simulator.state.traefik[path])
        self._files, self._path = simulator.state.traefik, path

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        self._files[self._path] = value

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return dict(self)

    def update(self, *values: Any, **more: Any) -> None:
        self["text"] = values[0]["text"]


MIDDLEWARE = FileCase(
    kind="Middleware",
    table="traefik",
    create="settings.updateTraefikFile",
    valid={"name": "headers", "configuration": "{headers: {frameDeny: true, stsSeconds: 31536000}}"},
    changes=(
        ({"configuration": "{rateLimit: {average: 100, burst: 50}}"}, "configuration"),
        ({"configuration": '{"ipAllowList": {"sourceRange": ["10.0.0.0/8"]}}'}, "configuration"),
    ),
    edits=(
        ("text", "http: {middlewares: {other: {}}}", "configuration"),
        ("text", "not: [yaml", "configuration"),
        ("text", "nothing", "configuration"),
    ),
    replacing=(({"name": "limits"}, "name"),),
    server_wide=True,
    missing_id="headers-00000000",
    written_whole=True,
)

CASES = (REGISTRY, DESTINATION, SSH_KEY, TAG, MIDDLEWARE)
