"""mounts.*: volumes, host folders and files of an application."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import bad_request, not_found
from ..ids import nanoid
from ..procedure import Call, Router
from ..sql import failed_insert
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OneOf, Text

ROUTER = Router("mounts")
_SERVICES = ("application", "postgres", "mysql", "mariadb", "mongo", "redis", "compose", "libsql")
_OWNERS = tuple(f"{name}Id" for name in ("compose", "libsql", "mariadb", "mongo", "mysql", "postgres", "redis"))
_TYPES = ("bind", "volume", "file")
COLUMNS = (
    "mountId",
    "type",
    "hostPath",
    "volumeName",
    "filePath",
    "content",
    "serviceType",
    "mountPath",
    "applicationId",
    *_OWNERS,
)


@ROUTER.mutation(
    "create",
    type=OneOf(values=_TYPES),
    hostPath=NULLABLE_TEXT,
    volumeName=NULLABLE_TEXT,
    filePath=NULLABLE_TEXT,
    content=NULLABLE_TEXT,
    mountPath=Text(min=1),
    serviceType=OneOf(values=_SERVICES, optional=True),
    serviceId=ID,
)
def create(call: Call) -> Any:
    """Without `serviceType` the row belongs to nobody."""
    data = dict(call.data)
    service_id, service_type = data.pop("serviceId"), data.get("serviceType")
    tables = {"application": call.state.applications, **call.state.databases}
    if service_type in tables:
        data[f"{service_type}Id"] = service_id
        if service_id not in tables[service_type]:
            query = failed_insert("mount", COLUMNS, {"mountId": nanoid(), **data})
            raise bad_request(f"Error {query}")
    row = {**dict.fromkeys(COLUMNS), "serviceType": "application", **data, "mountId": nanoid()}
    call.state.mounts[row["mountId"]] = row
    return dict(row)


def _row(call: Call) -> Row:
    try:
        return call.state.mounts[call.data["mountId"]]
    except KeyError:
        raise not_found("Mount") from None


def _joined(call: Call, row: Row) -> Row:
    app = call.state.applications.get(row["applicationId"])
    joined: Row = {"application": None}
    if app is not None:
        organization = {"organizationId": call.state.project_of(app)["organizationId"]}
        joined["application"] = {
            **views.pick(app, "serverId", "appName"),
            "environment": {"project": organization},
        }
    return {**row, **joined, **{owner.removesuffix("Id"): None for owner in _OWNERS}}


@ROUTER.query("one", mountId=ID)
def one(call: Call) -> Any:
    return _joined(call, _row(call))


@ROUTER.query("listByServiceId", serviceType=OneOf(values=_SERVICES), serviceId=ID)
def list_by_service(call: Call) -> Any:
    if call.data["serviceType"] == "application":
        views.application(call.state, call.data["serviceId"])
    rows = call.state.of(call.state.mounts, f"{call.data['serviceType']}Id", call.data["serviceId"])
    return [dict(row) for row in rows]


@ROUTER.query("allNamedByApplicationId", applicationId=ID)
def named(call: Call) -> Any:
    """The named volumes of the running container."""
    app = views.application(call.state, call.data["applicationId"])
    for _, task in call.world.swarm.containers(app["appName"]):
        if task.alive:
            return [dict(mount) for mount in task.release.mounts if mount["Type"] == "volume"]
    return []


@ROUTER.mutation(
    "update",
    mountId=ID,
    type=OneOf(values=_TYPES, optional=True),
    hostPath=NULLABLE_TEXT,
    volumeName=NULLABLE_TEXT,
    filePath=NULLABLE_TEXT,
    content=NULLABLE_TEXT,
    mountPath=Text(optional=True, min=1),
    serviceType=OneOf(values=_SERVICES, optional=True),
    applicationId=NULLABLE_TEXT,
)
def update(call: Call) -> Any:
    """The answer is the row from before."""
    row = _row(call)
    before = _joined(call, dict(row))
    row.update(call.data)
    return before


@ROUTER.mutation("remove", mountId=ID)
def remove(call: Call) -> Any:
    return call.state.mounts.pop(_row(call)["mountId"])
