"""Which engine to take: the order, and what is said when there is none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ops.docker_engine.debian import install, is_possible
from ops.docker_engine.host import DockerHost, candidates, why_silent
from ops.docker_engine.private import PrivateEngine
from ops.errors import OpsError
from ops.progress import Progress

ROOT = Path(__file__).resolve().parent.parent.parent


def private_engine(root: Path = ROOT) -> PrivateEngine:
    """The private engine of a checkout, whether it runs or not."""
    return PrivateEngine.of(root / ".tools" / "engine")


def find(environment: Mapping[str, str] = os.environ, *, root: Path = ROOT) -> DockerHost | None:
    """The engine that answers: DOCKER_HOST, docker's context, the default socket, rootless, then the private one.

    None when no engine answers. Raises OpsError when DOCKER_HOST names one that does not.
    """
    for how, url in candidates(environment):
        reason = why_silent(url)
        if reason is None:
            return DockerHost(url=url, how=how)
        if how == "DOCKER_HOST":
            raise OpsError(f"DOCKER_HOST={url} names an engine that does not answer ({reason}): start it, or unset it")
    private = private_engine(root)
    return DockerHost(url=private.url, how="private engine") if private.runs() else None


def find_or_start(
    environment: Mapping[str, str] = os.environ, *, root: Path = ROOT, progress: Progress | None = None
) -> DockerHost:
    """The engine that answers, or a private one: as root on Debian, from Debian's packages.

    Raises OpsError, in one line, when there is neither.
    """
    progress = progress or Progress()
    if (found := find(environment, root=root)) is not None:
        return found
    private = private_engine(root)
    if not private.is_possible():
        if (reason := is_possible()) is not None:
            raise OpsError(f"no Docker engine answers, and none can be installed here ({reason}): start Docker")
        with progress.step("install a Docker engine from Debian's packages"):
            install("docker.io", "iproute2", optional=("docker-cli",))
        # The package may have started one of the machine's own.
        if (found := find(environment, root=root)) is not None:
            return found
    with progress.step("start a private Docker engine"):
        started = private.start()
    return DockerHost(url=private.url, how="private engine", started=started)


def stop(*, root: Path = ROOT) -> bool:
    """End the private engine of this checkout, with its mounts and bridges. False when nothing was there to end."""
    return private_engine(root).stop()
