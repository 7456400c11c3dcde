"""destination.*: S3 buckets for backups; an endpoint under `.invalid` cannot be reached."""

from __future__ import annotations

from typing import Any

from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import EMPTY, Call, Router
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, Items, Rule, Text
from ..views import newest_first

ROUTER = Router("destination")
_FIELDS: dict[str, Rule] = {
    "name": Text(min=1),
    "provider": Text(present=True, nullable=True),
    "accessKey": Text(),
    "secretAccessKey": Text(),
    "bucket": Text(),
    "region": Text(),
    "endpoint": Text(),
    "additionalFlags": Items(of=Text(), optional=True, nullable=True),
    "serverId": NULLABLE_TEXT,
}


def _values(call: Call) -> Row:
    values = {name: value for name, value in call.data.items() if name != "serverId"}
    values["additionalFlags"] = values.get("additionalFlags") or []
    return values


@ROUTER.mutation("create", **_FIELDS)
def create(call: Call) -> Any:
    """Nothing is checked, and the answer holds the secrets."""
    row = {
        "destinationId": nanoid(),
        **_values(call),
        "organizationId": call.key.organization_id,
        "createdAt": call.world.stamp(),
    }
    call.state.destinations[row["destinationId"]] = row
    return dict(row)


def _row(call: Call) -> Row:
    try:
        return call.owned(call.state.destinations[call.data["destinationId"]], "destination")
    except KeyError:
        raise not_found("Destination") from None


@ROUTER.query("one", destinationId=ID)
def one(call: Call) -> Any:
    return dict(_row(call))


@ROUTER.query("all")
def every(call: Call) -> Any:
    rows = call.state.of(call.state.destinations, "organizationId", call.key.organization_id)
    return [dict(row) for row in newest_first(rows)]


@ROUTER.mutation("update", **_FIELDS, destinationId=ID)
def update(call: Call) -> Any:
    row = call.state.destinations.get(call.data["destinationId"])
    if row is None:
        raise bad_request("Error updating destination")
    call.owned(row, "destination").update(_values(call))
    return dict(row)


@ROUTER.mutation("remove", destinationId=ID)
def remove(call: Call) -> Any:
    """The backups that go there are removed with it."""
    row = call.state.destinations.pop(_row(call)["destinationId"])
    for backup in call.state.of(call.state.volume_backups, "destinationId", row["destinationId"]):
        del call.state.volume_backups[backup["volumeBackupId"]]
    for backup in call.state.of(call.state.backups, "destinationId", row["destinationId"]):
        del call.state.backups[backup["backupId"]]
    return row


@ROUTER.mutation("testConnection", **_FIELDS)
def test_connection(call: Call) -> Any:
    """A failure shows the secret key in the message."""
    data = call.data
    if data["endpoint"].endswith(".invalid"):
        flags = f"--s3-access-key-id={data['accessKey']} --s3-secret-access-key={data['secretAccessKey']}"
        command = f"rclone ls {flags} --s3-endpoint={data['endpoint']} :s3:{data['bucket']}"
        raise bad_request(f"Command execution failed: Command failed: {command}\nno such host\n")
    return EMPTY
