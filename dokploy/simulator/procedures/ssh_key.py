"""sshKey.*: keys for git; the private key is shown in clear."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import EMPTY, Call, Router
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, Text

ROUTER = Router("sshKey")


def _is_private(text: str) -> bool:
    """Not more than a glance: the simulator reads no key."""
    return "PRIVATE" in text


@ROUTER.mutation(
    "create",
    name=Text(min=1),
    description=NULLABLE_TEXT,
    privateKey=Text(test=_is_private, test_message="Invalid private key format"),
    publicKey=Text(min=1),
    organizationId=ID,
)
def create(call: Call) -> Any:
    """Duplicates pass; the organisation is that of the call's key whatever was sent."""
    row = {
        "sshKeyId": nanoid(),
        "description": None,
        **call.data,
        "createdAt": call.world.stamp(),
        "lastUsedAt": None,
        "organizationId": call.key.organization_id,
    }
    call.state.ssh_keys[row["sshKeyId"]] = row
    return EMPTY


def _row(call: Call) -> Row:
    try:
        return call.owned(call.state.ssh_keys[call.data["sshKeyId"]], "SSH key")
    except KeyError:
        raise not_found("SSH Key") from None


def _own(call: Call) -> list[Row]:
    return views.newest_first(call.state.of(call.state.ssh_keys, "organizationId", call.key.organization_id))


@ROUTER.query("all")
def every(call: Call) -> Any:
    return [dict(row) for row in _own(call)]


@ROUTER.query("allForApps")
def for_applications(call: Call) -> Any:
    return [views.pick(row, "sshKeyId", "name") for row in _own(call)]


@ROUTER.query("one", sshKeyId=ID)
def one(call: Call) -> Any:
    return dict(_row(call))


@ROUTER.mutation("update", sshKeyId=ID, name=Text(optional=True, min=1), description=NULLABLE_TEXT)
def update(call: Call) -> Any:
    values = {name: value for name, value in call.data.items() if name != "sshKeyId"}
    if not values or call.data["sshKeyId"] not in call.state.ssh_keys:
        raise bad_request("Error updating this SSH key")
    row = _row(call)
    row.update(values)
    return dict(row)


@ROUTER.mutation("remove", sshKeyId=ID)
def remove(call: Call) -> Any:
    return call.state.ssh_keys.pop(_row(call)["sshKeyId"])
