"""A program with one of every resource, and the waves in which they can be made: what is in one stands on no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from dokploy.simulator.state import State
from tests.engine.example import APPLICATION, Program, deploy, ref

PRIVATE_KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nkey-of-the-example\n-----END OPENSSH PRIVATE KEY-----\n"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A resource of the program, the call that makes it, and the ids of what the server holds of it."""

    name: str
    kind: str
    create: str
    ids: Callable[[State], Iterable[str]]


def _environments(state: State) -> list[str]:
    """All but the one that Dokploy makes with a project."""
    return [id for id, row in state.environments.items() if not row["isDefault"]]


def _row(name: str, kind: str, create: str, ids: Callable[[State], Iterable[str]]) -> Row:
    return Row(name=name, kind=kind, create=create, ids=ids)


def _files(state: State) -> list[str]:
    names = [path.rsplit("/", 1)[-1].removesuffix(".yml") for path in state.traefik]
    return [name for name in names if name.startswith("chat-headers-")]


def _of_applications(state: State) -> list[str]:
    """Databases have a mount, too, which Dokploy makes with them."""
    return [id for id, row in state.mounts.items() if row["applicationId"]]


def _deployed(state: State) -> list[str]:
    """A deployment is known by its application."""
    return [row["applicationId"] for row in state.deployments.values()]


# Writes to Traefik wait for each other, so that there is one in a wave.
WAVES: tuple[tuple[Row, ...], ...] = (
    (
        _row("chat", "Project", "project.create", lambda state: state.projects),
        _row("registry", "Registry", "registry.create", lambda state: state.registries),
        _row("bucket", "Destination", "destination.create", lambda state: state.destinations),
        _row("key", "SshKey", "sshKey.create", lambda state: state.ssh_keys),
        _row("alarm", "Notification", "notification.createCustom", lambda state: state.notifications),
        _row("headers", "Middleware", "settings.updateTraefikFile", _files),
    ),
    (
        _row("staging", "Environment", "environment.create", _environments),
        _row("tag", "Tag", "tag.create", lambda state: state.tags),
    ),
    (
        _row("web", "Application", "application.create", lambda state: state.applications),
        _row("cache", "Redis", "redis.create", lambda state: state.databases["redis"]),
        _row("database", "Postgres", "postgres.create", lambda state: state.databases["postgres"]),
    ),
    (
        _row("data", "Mount", "mounts.create", _of_applications),
        _row("port", "Port", "port.create", lambda state: state.ports),
        _row("domain", "Domain", "domain.create", lambda state: state.domains),
        _row("backup", "Schedule", "schedule.create", lambda state: state.schedules),
        _row("nightly", "VolumeBackup", "volumeBackups.create", lambda state: state.volume_backups),
    ),
    (_row("redirect", "Redirect", "redirects.create", lambda state: state.redirects),),
    (_row("login", "BasicAuth", "security.create", lambda state: state.security),),
    (_row("web-release", "Deployment", "application.deploy", _deployed),),
)
ROWS = [row for wave in WAVES for row in wave]


def one_of_each() -> Program:
    """Every resource, once."""
    program = Program()
    program.declare("chat", "Project", name="chat")
    program.declare("registry", "Registry", name="registry", url="registry.example.com", username="puller")
    program["registry"]["password"] = "not-so-secret"
    program.declare("bucket", "Destination", name="bucket", endpoint="https://s3.example.com", bucket="chat")
    program["bucket"].update(access_key="not-so-secret", secret_access_key="not-so-secret")
    program.declare("key", "SshKey", name="key", public_key="ssh-ed25519 AAAA chat", private_key=PRIVATE_KEY)
    program.declare("alarm", "Notification", name="alarm", custom={"endpoint": "https://alarm.example.com/hook"})
    program.declare("headers", "Middleware", name="chat-headers")
    program["headers"]["configuration"] = json.dumps({"headers": {"frameDeny": True}})
    program.declare("staging", "Environment", project_id=ref("chat"), name="staging")
    program.declare("tag", "Tag", name="tag", project_ids=[ref("chat")])
    environment: dict[str, Any] = {"environment_id": ref("staging")}
    program.declare("web", "Application", **environment, **APPLICATION)
    program.declare("cache", "Redis", **environment, name="cache", password="not-so-secret")
    program.declare("database", "Postgres", **environment, name="database", password="not-so-secret")
    program["database"].update(database_name="chat", database_user="chat")
    web: dict[str, Any] = {"application_id": ref("web")}
    program.declare("data", "Mount", **web, type="volume", mount_path="/app/data", volume_name="web-data")
    program.declare("port", "Port", **web, published_port=8443, target_port=3000)
    program.declare("domain", "Domain", **web, host="chat.localhost")
    program.declare("backup", "Schedule", **web, name="backup", cron_expression="0 2 * * *", command="true")
    program.declare("nightly", "VolumeBackup", **web, name="nightly", volume_name="web-data")
    program["nightly"].update(destination_id=ref("bucket"), cron_expression="0 3 * * *")
    redirect = {"regex": "^http://old/(.*)", "replacement": "http://new/$1"}
    program.declare("redirect", "Redirect", **web, **redirect)
    program.declare("login", "BasicAuth", **web, username="staff", password="not-so-secret")
    deploy(program, "web")
    for earlier, later in pairwise(WAVES):
        for row in later:
            program.resources[row.name].options["depends_on"] = [each.name for each in earlier]
    return program
