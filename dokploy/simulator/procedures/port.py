"""port.*: ports published past Traefik; they need a deployment or a reload."""

from __future__ import annotations

from typing import Any

from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import Call, Router
from ..validation import ID, Number, OneOf, Rule

ROUTER = Router("port")
_FIELDS: dict[str, Rule] = {
    "publishedPort": Number(coerce=False),
    "publishMode": OneOf(values=("ingress", "host"), default="ingress"),
    "targetPort": Number(coerce=False),
    "protocol": OneOf(values=("tcp", "udp"), default="tcp"),
}


@ROUTER.mutation("create", **_FIELDS, applicationId=ID)
def create(call: Call) -> Any:
    if call.data["applicationId"] not in call.state.applications:
        raise bad_request("Error input: Inserting port")
    row = {"portId": nanoid(), **call.data}
    call.state.ports[row["portId"]] = row
    return dict(row)


@ROUTER.query("one", portId=ID)
def one(call: Call) -> Any:
    row = call.state.ports.get(call.data["portId"])
    if row is None:
        raise bad_request("Port not found")
    return {**row, "application": {"applicationId": row["applicationId"]}}


@ROUTER.mutation("update", **_FIELDS, portId=ID)
def update(call: Call) -> Any:
    row = call.state.ports.get(call.data["portId"])
    if row is None:
        raise not_found("Port")
    row.update(call.data)
    return dict(row)


@ROUTER.mutation("delete", portId=ID)
def delete(call: Call) -> Any:
    row = call.state.ports.pop(call.data["portId"], None)
    if row is None:
        raise not_found("Port")
    return row
