"""The base image of a stack that builds the stand-in: there, pulled, or made, in this order."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from typing import Any

from ops.docker_engine.base_image import NAME, make_base_image
from ops.progress import Progress

OFFICIAL = "node:22-bookworm-slim"
PULL_TIMEOUT_S = 600.0


def needs_base_image(config: Mapping[str, Any]) -> bool:
    """Whether the stack of this configuration builds on the base image."""
    source = (config.get("chatzwa:app") or {}).get("source") or {}
    context = source.get("context") if isinstance(source, dict) else None
    return NAME in ((context or {}).get("args") or {}).values()


def ready_base_image(url: str, progress: Progress) -> None:
    """See to it that the engine at `url` has the base image.

    Where a registry answers it is the official image of Node under our name; elsewhere it is made of this machine's
    own programs. One that is there already stays: another base would be another image of the app.
    Raises OpsError when it can be had in neither way.
    """
    if _docker(url, "image", "inspect", NAME):
        return
    with progress.step(f"pull {OFFICIAL}"):
        pulled = _docker(url, "pull", "--quiet", OFFICIAL) and _docker(url, "tag", OFFICIAL, NAME)
    if not pulled:
        progress.note("no registry of images can be reached")
        make_base_image(url, progress)


def _docker(url: str, *arguments: str) -> bool:
    """Whether the command succeeds. A registry that does not answer in time counts as one that is not there."""
    command = ["docker", "--host", url, *arguments]
    try:
        return subprocess.run(command, capture_output=True, timeout=PULL_TIMEOUT_S, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False
