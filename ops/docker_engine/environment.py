"""What a run of a stack on the Docker platform needs beside Pulumi: its plugins, an engine, and a base image."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ops.docker_engine.choose import find_or_start
from ops.docker_engine.host import why_silent
from ops.docker_engine.ready import needs_base_image, ready_base_image
from ops.errors import OpsError
from ops.progress import Progress
from ops.stack_file import read_config, stacks
from toolchain import install_plugins, pulumi_home


def docker_environment(
    root: Path, stack: str, progress: Progress, environment: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The variables that point a run of the stack at its engine; none for a stack on another platform.

    Puts the plugins into the user's Pulumi home where they are missing, and finds or starts an engine unless the
    stack names one; makes the base image where it builds on it. Raises OpsError and ToolchainError when one of them
    cannot be had.
    """
    config: dict[str, Any] = read_config(root, stack) if stack in stacks(root) else {}
    if config.get("chatzwa:platform") != "docker":
        return {}
    install_plugins(pulumi_home())
    if named := (config.get("chatzwa:docker") or {}).get("host"):
        if (reason := why_silent(named)) is not None:
            raise OpsError(
                f"docker.host {named} does not answer ({reason}): look at it with `docker --host {named} version`"
            )
        if needs_base_image(config):
            ready_base_image(named, progress)
        return {}
    host = find_or_start(environment, root=root, progress=progress)
    if needs_base_image(config):
        ready_base_image(host.url, progress)
    # Pulumi's provider knows DOCKER_HOST and the default socket, and nothing of docker's contexts.
    return {} if host.how in {"DOCKER_HOST", "default socket"} else {"DOCKER_HOST": host.url}
