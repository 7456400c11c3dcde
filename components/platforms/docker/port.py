"""Whether the app's port is free, asked while what runs is untouched, and by a preview too.

Without it, the engine would say so when the old container is gone already.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import subprocess

import pulumi

from components.engine import Engine
from components.platforms.docker.machine import Machine

LONGEST_S = 20


def require_port(machine: Machine, engine: Engine, name: str) -> None:
    """Find the port free, or held by the container ``name`` itself; nothing to do for an engine elsewhere.

    Raises ``pulumi.RunError`` with one line. An engine that does not answer is left to those who need it.
    """
    if machine.address is not None and not machine.address.startswith("unix://"):
        return
    if not _taken(engine.bind, engine.host_port):
        return
    holders = _publishing(machine, engine.host_port)
    if holders is None or name in holders:
        return
    by = f"the container {holders[0]}" if holders else "another program"
    raise pulumi.RunError(
        f"docker.hostPort: {engine.host_port} of {engine.bind} is taken by {by}; end it, or choose another: "
        f"pulumi config set --path docker.hostPort PORT --stack {pulumi.get_stack()}"
    )


def _taken(address: str, port: int) -> bool:
    """Whether somebody listens there. An address that this machine does not have is no answer."""
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections that have ended do not count
            probe.bind((address, port))
    except OSError as error:
        return error.errno == errno.EADDRINUSE
    return False


def _publishing(machine: Machine, port: int) -> list[str] | None:
    """The names of the running containers that publish the port; None where the engine cannot be asked."""
    try:
        answer = subprocess.run(  # noqa: S603 - the settings let no option pass for an address
            [*machine.docker, "ps", "--filter", f"publish={port}", "--format", "{{.Names}}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.split() if answer.returncode == 0 else None
