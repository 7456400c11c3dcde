"""Folders of the host, and what a container could do that sees them."""

from __future__ import annotations

import posixpath
import re
from typing import Final

_SYSTEM: Final = (
    *("/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr"),
    *("/var/lib/containerd", "/var/lib/docker", "/var/log"),
)
# A folder below the one of a user is the user's own; those with a dot hold keys and settings.
_HOME: Final = re.compile(r"/home(?:/[^/]+(?:/\..*)?)?")
_TIME: Final = ("/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo")
"""What tells the time of the place, and is often shown to a container."""
_SOCKET: Final = re.compile(r".*/(?:docker|containerd|podman|crio)\.sock")
_ABOVE_A_SOCKET: Final = re.compile(
    r"/|/var|/run(?:/(?:containerd|crio|docker|podman|user(?:/\d+(?:/(?:docker|podman))?)?))?"
)


def normal_path(path: str) -> str:
    """The path without `.`, `..` and slashes that say nothing; a relative one stays relative."""
    return re.sub(r"^/+", "/", posixpath.normpath(path))


def leads_to_an_engine(path: str) -> bool:
    """Whether an absolute path is the socket of an engine, or a folder in which such a socket lies."""
    path = re.sub(r"^/var/run(?=/|$)", "/run", normal_path(path))
    return _SOCKET.fullmatch(path) is not None or _ABOVE_A_SOCKET.fullmatch(path) is not None


def belongs_to_the_system(path: str, *, read_only: bool) -> bool:
    """Whether an absolute path lies in a folder of the system, or is above one."""
    path = normal_path(path)
    if read_only and any(f"{path}/".startswith(f"{one}/") for one in _TIME):
        return False
    return _HOME.fullmatch(path) is not None or any(
        f"{path}/".startswith(f"{folder}/") or f"{folder}/".startswith(f"{path.rstrip('/')}/") for folder in _SYSTEM
    )
