"""server.*: further machines. The simulator has none; a test may put rows into `sim.state.servers`."""

from __future__ import annotations

from typing import Any

from ..errors import not_found
from ..procedure import Call, Router
from ..validation import ID

ROUTER = Router("server")


@ROUTER.query("all")
def every(call: Call) -> Any:
    return [dict(row) for row in call.state.servers.values()]


@ROUTER.query("one", serverId=ID)
def one(call: Call) -> Any:
    row = call.state.servers.get(call.data["serverId"])
    if row is None:
        raise not_found("Server")
    return dict(row)
