"""What a Docker engine has to be told beyond the procedure: where it is, who may reach the app, what it may do."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from components.fields import MountPath, Port, between
from components.values import Value

_NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]*"
_ENGINE = re.compile(rf"unix:///[^?#]+|tcp://[^/?#@]+|ssh://({_NAME}@)?({_NAME})(:[0-9]+)?/?")
_USER = re.compile(r"([1-9][0-9]*):([0-9]+)")


def _engine(address: str) -> str:
    if re.search(r"//[^/@]*:[^/@]*@", address):
        raise ValueError("holds a password; leave it out: ssh signs in with a key")
    if not _ENGINE.fullmatch(address):
        raise ValueError(
            f"{address!r} is not the address of an engine; write it like unix:///var/run/docker.sock or "
            "ssh://deploy@server.your-company.com"
        )
    return address


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is not an address of this machine; write it like 127.0.0.1") from None


def _user(text: str) -> str:
    if not _USER.fullmatch(text):
        raise ValueError(f"{text!r} is not a user without rights in numbers; write it like 10001:10001, never 0")
    return text


class Engine(Value):
    """The engine, and how the app's container is shut in there."""

    host: Annotated[str | None, AfterValidator(lambda text: text and _engine(text))] = None
    """The engine's address; None is the engine that the ``docker`` command finds."""
    bind: Annotated[str, AfterValidator(_address)] = "127.0.0.1"
    host_port: Port = 3000
    user: Annotated[str, AfterValidator(_user)] = "10001:10001"
    """By number, which needs no entry in the image. One that nobody has: limits of processes count by user."""
    read_only: bool = True
    tmpfs: Annotated[tuple[MountPath, ...], Field(strict=False)] = ("/tmp",)  # noqa: S108 - a folder of the container
    processes: Annotated[int, AfterValidator(between(16, 100_000))] = 512
    cron: Literal["required", "optional"] = "required"
    """Whether a machine without cron fails the deployment, or is only told of."""
    stand_ins: bool = False
    """Whether secrets that are not set get random values, for a machine of one's own (``components.stand_ins``)."""

    @property
    def url(self) -> str:
        """Where the app answers."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.bind)  # noqa: S104 - compared, not listened on
        return f"http://{host or (f'[{self.bind}]' if ':' in self.bind else self.bind)}:{self.host_port}"
