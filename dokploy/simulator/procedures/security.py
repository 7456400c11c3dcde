"""security.*: basic auth, one user name once per application."""

from __future__ import annotations

from typing import Any

from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import EMPTY, Call, Router
from ..sql import failed_insert
from ..state import Row
from ..traefik import rewrite_middlewares
from ..validation import ID, Text

ROUTER = Router("security")
COLUMNS = ("securityId", "username", "password", "createdAt", "applicationId")


@ROUTER.mutation("create", applicationId=ID, username=Text(min=1), password=Text(min=1))
def create(call: Call) -> Any:
    """Answers `true`; the id stands in application.one."""
    data = call.data
    if data["applicationId"] not in call.state.applications:
        raise bad_request("Application not found")
    app = call.state.applications[data["applicationId"]]
    row = {"securityId": nanoid(), **data, "createdAt": call.world.stamp()}
    own = call.state.of(call.state.security, "applicationId", data["applicationId"])
    if any(other["username"] == data["username"] for other in own):
        raise bad_request(failed_insert("security", COLUMNS, row))
    call.state.security[row["securityId"]] = row
    rewrite_middlewares(call.state, app)
    return True


def _row(call: Call) -> Row:
    try:
        return call.state.security[call.data["securityId"]]
    except KeyError:
        raise not_found("Security") from None


@ROUTER.query("one", securityId=ID)
def one(call: Call) -> Any:
    return dict(_row(call))


@ROUTER.mutation("update", securityId=ID, username=Text(min=1), password=Text(min=1))
def update(call: Call) -> Any:
    row = _row(call)
    row.update(call.data)
    rewrite_middlewares(call.state, call.state.applications[row["applicationId"]])
    return EMPTY


@ROUTER.mutation("delete", securityId=ID)
def delete(call: Call) -> Any:
    row = call.state.security.pop(_row(call)["securityId"])
    rewrite_middlewares(call.state, call.state.applications[row["applicationId"]])
    return row
