"""Where an engine answers, as the `docker` command and Pulumi's provider are told with DOCKER_HOST."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ops.errors import OpsError

Origin = Literal["DOCKER_HOST", "docker context", "default socket", "rootless socket", "private engine"]

DEFAULT_SOCKET = Path("/var/run/docker.sock")
ANSWER_TIMEOUT_S = 20.0


@dataclass(frozen=True, kw_only=True)
class DockerHost:
    """An engine that answered."""

    url: str
    """The value for DOCKER_HOST."""
    how: Origin
    started: bool = False
    """Whether this call started it; then it is for the caller to stop it, when it was for a test."""


def candidates(environment: Mapping[str, str]) -> list[tuple[Origin, str]]:
    """Where an engine of this machine may be, in the order of preference. DOCKER_HOST leaves no choice."""
    if chosen := environment.get("DOCKER_HOST"):
        return [("DOCKER_HOST", chosen)]
    found: list[tuple[Origin, str]] = []
    if (context := _context(environment)) is not None:
        found.append(("docker context", context))
    found.append(("default socket", f"unix://{DEFAULT_SOCKET}"))
    if runtime := environment.get("XDG_RUNTIME_DIR"):
        found.append(("rootless socket", f"unix://{runtime}/docker.sock"))
    return found


def why_silent(url: str) -> str | None:
    """None when the engine at this address answers; otherwise one line that says why not.

    Raises OpsError when there is no `docker` command to ask with.
    """
    if url.startswith("unix://") and not Path(url.removeprefix("unix://")).exists():
        return f"there is no {url.removeprefix('unix://')}"
    if shutil.which("docker") is None:
        raise OpsError("there is no docker on PATH: install Docker's command (Debian: docker.io, docker-cli)")
    try:
        answer = subprocess.run(
            ["docker", "--host", url, "version", "--format", "{{.Server.Version}}"],
            capture_output=True,
            text=True,
            timeout=ANSWER_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{url} did not answer within {ANSWER_TIMEOUT_S:g} s"
    if answer.returncode == 0:
        return None
    return (answer.stderr.strip().splitlines() or [f"{url} does not answer"])[-1]


def _context(environment: Mapping[str, str]) -> str | None:
    """The address of the context that `docker context use` chose, if it is not the default."""
    folder = Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker")
    try:
        settings = json.loads((folder / "config.json").read_text())
    except (OSError, ValueError):
        settings = {}
    name = environment.get("DOCKER_CONTEXT") or settings.get("currentContext") or "default"
    if name == "default" or shutil.which("docker") is None:
        return None
    command = ["docker", "context", "inspect", name, "--format", "{{.Endpoints.docker.Host}}"]
    answer = subprocess.run(
        command,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=ANSWER_TIMEOUT_S,
        check=False,
    )
    return answer.stdout.strip() or None
