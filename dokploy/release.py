"""The id by which a running container says which deployment it belongs to."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from typing import Any

from dokploy import dotenv
from dokploy.rows import Row

RELEASE_KEY = "DOKPLOY_RELEASE"
"""The variable in the application's environment that carries the id. Set by the Deployment, hidden elsewhere."""

_ROLLBACK = "back-"


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


def rollback_release(left: str, token: str | None = None) -> str:
    """The id of a release that was gone back to; it says which source was left for it."""
    return f"{_ROLLBACK}{_digits(left)}-{token or secrets.token_hex(4)}"


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
