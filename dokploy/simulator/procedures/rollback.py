"""rollback.*: back to the image and settings of an earlier deployment, in Swarm only."""

from __future__ import annotations

from typing import Any

from ..errors import bad_request
from ..procedure import EMPTY, Call, Router
from ..release import build
from ..state import Row
from ..validation import ID

ROUTER = Router("rollback")


def _row(call: Call) -> Row:
    try:
        return call.state.rollbacks[call.data["rollbackId"]]
    except KeyError:
        raise bad_request("Error input: Rolling back") from None


@ROUTER.mutation("rollback", rollbackId=ID)
def roll_back(call: Call) -> Any:
    """No deployment row; the application's row keeps the new settings."""
    row = _row(call)
    then = row["fullContext"]
    outcome = call.world.queue.outcome_of(then["name"])
    release = build(call.state, then, outcome, row["image"])
    call.world.swarm.apply(then["appName"], release, call.world.now())
    return EMPTY


@ROUTER.mutation("delete", rollbackId=ID)
def delete(call: Call) -> Any:
    """The deployment's row goes too."""
    row = call.state.rollbacks.pop(_row(call)["rollbackId"])
    return {**row, "deployment": call.state.deployments.pop(row["deploymentId"], None)}
