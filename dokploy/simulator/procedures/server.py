"""server.*: the simulator has no further machine."""

from __future__ import annotations

from typing import Any

from ..errors import not_found
from ..procedure import Call, Router
from ..validation import ID

ROUTER = Router("server")


@ROUTER.query("all")
def every(call: Call) -> Any:
    return []


@ROUTER.query("one", serverId=ID)
def one(call: Call) -> Any:
    raise not_found("Server")
