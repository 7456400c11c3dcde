"""redirects.*: redirects by regular expression, in Traefik at once."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import not_found
from ..ids import nanoid
from ..procedure import Call, Router
from ..state import Row
from ..traefik import rewrite_middlewares
from ..validation import ID, Flag, Rule, Text

ROUTER = Router("redirects")
_FIELDS: dict[str, Rule] = {
    "regex": Text(min=1),
    "replacement": Text(min=1),
    "permanent": Flag(present=True),
}


@ROUTER.mutation("create", **_FIELDS, applicationId=ID)
def create(call: Call) -> Any:
    """Answers `true`; the id stands in application.one."""
    app = views.application(call.state, call.data["applicationId"])
    call.state.redirect_key += 1
    row = {
        "redirectId": nanoid(),
        **call.data,
        "uniqueConfigKey": call.state.redirect_key,
        "createdAt": call.world.stamp(),
    }
    call.state.redirects[row["redirectId"]] = row
    rewrite_middlewares(call.state, app)
    return True


def _row(call: Call) -> Row:
    try:
        return call.state.redirects[call.data["redirectId"]]
    except KeyError:
        raise not_found("Redirect") from None


@ROUTER.query("one", redirectId=ID)
def one(call: Call) -> Any:
    return dict(_row(call))


@ROUTER.mutation("update", **_FIELDS, redirectId=ID)
def update(call: Call) -> Any:
    row = _row(call)
    row.update(call.data)
    rewrite_middlewares(call.state, call.state.applications[row["applicationId"]])
    return dict(row)


@ROUTER.mutation("delete", redirectId=ID)
def delete(call: Call) -> Any:
    row = call.state.redirects.pop(_row(call)["redirectId"])
    rewrite_middlewares(call.state, call.state.applications[row["applicationId"]])
    return row
