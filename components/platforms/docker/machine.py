"""The machine that the engine runs on, as the commands of pulumi-command reach it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from urllib.parse import urlsplit

SSH_OPTIONS = ("-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes")
"""A machine whose key is not known is not spoken to, and nobody is asked for a password."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Runs shell texts beside the engine: here, or over SSH where the engine's address says so.

    The texts travel in the environment of the command, so that an error shows what was run in one line.
    """

    address: str | None
    """The engine's; None is the one that the ``docker`` command finds by itself."""

    @property
    def remote(self) -> bool:
        return self.address is not None and self.address.startswith("ssh://")

    @property
    def docker(self) -> tuple[str, ...]:
        """The command by which people ask this very engine."""
        return ("docker",) if self.address is None else ("docker", "--host", self.address)

    @property
    def ssh_options(self) -> list[str] | None:
        """What the provider gives to its own ``ssh``."""
        return list(SSH_OPTIONS) if self.remote else None

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find the engine. Over SSH it is the remote machine's own."""
        return {} if self.address is None or self.remote else {"DOCKER_HOST": self.address}

    def run(self, variable: str) -> str:
        """The command that runs the text of an environment variable."""
        return f'printf "%s\\n" "${variable}" | {self._shell}'

    @property
    def ssh(self) -> tuple[str, ...]:
        """The command that runs its last word on a remote machine."""
        return ("ssh", *SSH_OPTIONS, *self._port, "--", self._login)

    @property
    def by_hand(self) -> tuple[str, ...]:
        """The command by which people sign in there, who are asked about an unknown key."""
        return ("ssh", *self._port, self._login)

    @property
    def known_as(self) -> str:
        """What a remote machine is called in the list of known keys."""
        parts = urlsplit(self.address or "")
        return f"[{parts.hostname}]:{parts.port}" if parts.port else str(parts.hostname)

    @property
    def _port(self) -> tuple[str, ...]:
        port = urlsplit(self.address or "").port
        return ("-p", str(port)) if port else ()

    @property
    def _login(self) -> str:
        parts = urlsplit(self.address or "")
        return f"{parts.username}@{parts.hostname}" if parts.username else str(parts.hostname)

    @property
    def _shell(self) -> str:
        return shlex.join([*self.ssh, "/bin/sh"]) if self.remote else "/bin/sh"
