"""The id by which a running container says which deployment it belongs to."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

RELEASE_KEY = "DOKPLOY_RELEASE"
"""The variable in the application's environment that carries the id. Set by the Deployment, hidden elsewhere."""


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


def new_generation(before: str = "", *, build: bool = True) -> str:
    """A generation: what is built, and what runs. Without `build` the first half is that of the one before."""
    built, _, _ = before.partition(".")
    if build or not built:
        built = secrets.token_hex(4)
    return f"{built}.{secrets.token_hex(4)}"


def same_build(old: str, new: str) -> bool:
    """Whether two generations differ only in what a reload brings to the containers."""
    return "." in old and "." in new and old.partition(".")[0] == new.partition(".")[0]
