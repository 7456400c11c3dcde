"""The id by which a running container says which deployment it belongs to."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from dokploy import dotenv
from dokploy.rows import Row

RELEASE_KEY = "DOKPLOY_RELEASE"
"""The variable in the application's environment that carries the id. Set by the Deployment, hidden elsewhere."""

_ROLLBACK = "back-"

_SETTINGS = {
    *("sourceType", "dockerImage", "registryUrl", "username", "command", "args", "replicas"),
    *("memoryLimit", "memoryReservation", "cpuLimit", "cpuReservation", "networkIds", "detachDokployNetwork"),
}
"""Columns that say how an image is run, beside those of Swarm."""


def content_digits(urn: str, triggers: Mapping[str, str]) -> str:
    """12 hex digits for what is deployed: the same for a deployment that is tried again after an interruption."""
    digest = hashlib.sha256(urn.encode())
    for key in sorted(triggers):
        digest.update(f"\0{key}\0{triggers[key]}".encode())
    return digest.hexdigest()[:12]


def new_release(digits: str) -> str:
    """A release id: what is deployed, and this attempt at it."""
    return f"{digits}-{secrets.token_hex(4)}"


def belongs_to(release: str | None, digits: str) -> bool:
    """Whether a release id is an attempt at deploying this content."""
    return release is not None and release.startswith(f"{digits}-")


def release_of(application: Mapping[str, Any]) -> str | None:
    """The release that was put into the application last."""
    return dotenv.parse(application["env"] or "").get(RELEASE_KEY)


def source_of(application: Row) -> str:
    """What the application is made of, as one text: an image, or a repository and its branch."""
    kind = application["sourceType"]
    if kind == "docker":
        return str(application["dockerImage"] or "")
    columns = {"git": ("customGitUrl", "customGitBranch"), "github": ("owner", "repository", "branch")}
    names = columns.get(kind, (f"{kind}Owner", f"{kind}Repository", f"{kind}Branch"))
    *place, branch = (str(application.get(name) or "") for name in names)
    return f"{'/'.join(place)}@{branch}"


def rollback_release(left: str, token: str | None = None, settings: str = "") -> str:
    """The id of a release that was gone back to; it says which source was left for it, and with what it runs.

    `token` is what tells it from another such release, and `settings` what `settings_digits` said.
    """
    return "-".join(filter(None, (f"{_ROLLBACK}{_digits(left)}", token or secrets.token_hex(4), settings)))


def settings_digits(application: Mapping[str, Any]) -> str:
    """8 hex digits for all that an image is run with, but for variables and passwords: a hash could be guessed at."""
    names = sorted(name for name in application if name in _SETTINGS or name.endswith("Swarm"))
    return _digits(json.dumps({name: application[name] for name in names}, sort_keys=True))[:8]


def runs_with(release: str | None, settings: str) -> bool:
    """Whether a release that was gone back to was started with these settings, as far as its id tells."""
    return is_rollback(release) and str(release).count("-") == 3 and str(release).endswith(f"-{settings}")


def is_rollback(release: str | None) -> bool:
    return release is not None and release.startswith(_ROLLBACK)


def was_left(release: str | None, source: str) -> bool:
    """Whether this source is the one that a rollback went away from."""
    return release is not None and release.startswith(f"{_ROLLBACK}{_digits(source)}-")


def is_generation(text: str) -> bool:
    """Whether a trigger is a generation of an application, and no text of the program's own."""
    return re.fullmatch(r"[0-9a-f]{8}\.[0-9a-f]{8}", text) is not None


def new_generation(before: str = "", *, build: bool = True) -> str:
    """A generation: what is built, and what runs. Without `build` the first half is that of the one before."""
    built, _, _ = before.partition(".")
    if build or not built:
        built = secrets.token_hex(4)
    return f"{built}.{secrets.token_hex(4)}"


def same_build(old: str, new: str) -> bool:
    """Whether two generations differ only in what a reload brings to the containers."""
    return "." in old and "." in new and old.partition(".")[0] == new.partition(".")[0]


def _digits(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
