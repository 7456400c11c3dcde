"""organization.*: which organisation a key acts for."""

from __future__ import annotations

from typing import Any

from ..errors import ApiError
from ..procedure import Call, Router
from ..validation import ID

ROUTER = Router("organization")


@ROUTER.query("active")
def active(call: Call) -> Any:
    return dict(call.state.organizations[call.key.organization_id])


@ROUTER.query("one", organizationId=ID)
def one(call: Call) -> Any:
    row = call.state.organizations.get(call.data["organizationId"])
    if row is None:
        raise ApiError("FORBIDDEN", "You are not a member of this organization")
    return dict(row)
