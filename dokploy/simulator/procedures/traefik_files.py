"""settings.*: Traefik's files by path. Nothing checks what is written, and a write answers `true` whatever it did."""

from __future__ import annotations

import posixpath
from typing import Any

from ..procedure import Call, Router
from ..traefik import DASHBOARD, FOLDER, MIDDLEWARES, STATIC
from ..validation import NULLABLE_TEXT, Text

ROUTER = Router("settings")
_ROOT = "/etc/dokploy/traefik"
_PATH_RULE = "Invalid path: path traversal or unauthorized directory access detected"
_CONTENT = Text(min=1)


def _readable(path: str) -> bool:
    """Below Traefik's folder and without dots; a relative path passes and names no file."""
    return ".." not in path and (not path.startswith("/") or path.startswith(f"{_ROOT}/"))


@ROUTER.query("readTraefikFile", path=Text(min=1, test=_readable, test_message=_PATH_RULE), serverId=NULLABLE_TEXT)
def read_file(call: Call) -> Any:
    return call.state.traefik.get(call.data["path"])


@ROUTER.mutation("updateTraefikFile", path=Text(min=1), traefikConfig=_CONTENT, serverId=NULLABLE_TEXT)
def write_file(call: Call) -> Any:
    """Also outside the folder; silently not when the folder is missing."""
    path = posixpath.normpath(call.data["path"])
    folders = {posixpath.dirname(known) for known in call.state.traefik} | {FOLDER, _ROOT, "/etc/dokploy", "/etc"}
    if posixpath.dirname(path) in folders:
        call.state.traefik[path] = call.data["traefikConfig"]
    return True


def _pair(read: str, write: str, path: str) -> None:
    """A procedure that reads and one that writes the whole of a fixed file."""

    @ROUTER.query(read)
    def reader(call: Call) -> Any:
        return call.state.traefik.get(path)

    @ROUTER.mutation(write, traefikConfig=_CONTENT)
    def writer(call: Call) -> Any:
        call.state.traefik[path] = call.data["traefikConfig"]
        return True


_pair("readTraefikConfig", "updateTraefikConfig", STATIC)
_pair("readMiddlewareTraefikConfig", "updateMiddlewareTraefikConfig", MIDDLEWARES)
_pair("readWebServerTraefikConfig", "updateWebServerTraefikConfig", DASHBOARD)
