"""schedule.*: cron jobs of an application."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import not_found, server_error
from ..ids import app_name, nanoid
from ..procedure import Call, Router
from ..sql import failed_insert
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OPTIONAL_TEXT, Flag, OneOf, Rule

ROUTER = Router("schedule")
_TYPES = ("application", "compose", "server", "dokploy-server")
COLUMNS = (
    "scheduleId",
    "name",
    "description",
    "cronExpression",
    "appName",
    "serviceName",
    "shellType",
    "scheduleType",
    "command",
    "script",
    "applicationId",
    "composeId",
    "serverId",
    "organizationId",
    "enabled",
    "timezone",
    "createdAt",
)
_FIELDS: dict[str, Rule] = {
    "name": ID,
    "description": NULLABLE_TEXT,
    "cronExpression": ID,
    "appName": OPTIONAL_TEXT,
    "serviceName": NULLABLE_TEXT,
    "shellType": OneOf(values=("bash", "sh"), optional=True),
    "scheduleType": OneOf(values=_TYPES, optional=True),
    "command": ID,
    "script": NULLABLE_TEXT,
    "applicationId": NULLABLE_TEXT,
    "composeId": NULLABLE_TEXT,
    "serverId": NULLABLE_TEXT,
    "organizationId": NULLABLE_TEXT,
    "enabled": Flag(optional=True),
    "timezone": NULLABLE_TEXT,
}


@ROUTER.mutation("create", **_FIELDS)
def create(call: Call) -> Any:
    data = dict(call.data)
    schedule_id, name = nanoid(), data.pop("appName", None) or app_name("schedule", None)
    if data.get("scheduleType") == "dokploy-server":
        data["organizationId"] = call.key.organization_id
    stamp = call.world.stamp()
    if data.get("applicationId") and data["applicationId"] not in call.state.applications:
        values = {"scheduleId": schedule_id, "appName": name, "createdAt": stamp, **data}
        raise server_error(failed_insert("schedule", COLUMNS, values))
    row = {
        **dict.fromkeys(COLUMNS),
        "shellType": "bash",
        "scheduleType": "application",
        "enabled": True,
        **data,
        "scheduleId": schedule_id,
        "appName": name,
        "createdAt": stamp,
    }
    call.state.schedules[schedule_id] = row
    call.world.schedules.plan(row, call.world.now())
    return dict(row)


def _row(call: Call) -> Row:
    try:
        return call.state.schedules[call.data["scheduleId"]]
    except KeyError:
        raise not_found("Schedule") from None


@ROUTER.query("one", scheduleId=ID)
def one(call: Call) -> Any:
    row = _row(call)
    app = call.state.applications.get(row["applicationId"])
    joined: Row = {"application": None, "compose": None, "server": None}
    if app is not None:
        env = call.state.environments[app["environmentId"]]
        place = {**env, "project": dict(call.state.projects[env["projectId"]])}
        names = ("applicationId", "appName", "serverId")
        joined["application"] = {**views.pick(app, *names), "environment": place}
    return {**row, **joined}


@ROUTER.query("list", id=ID, scheduleType=OneOf(values=_TYPES))
def listed(call: Call) -> Any:
    if call.data["scheduleType"] != "application":
        return []
    rows = []
    for row in call.state.of(call.state.schedules, "applicationId", call.data["id"]):
        app = call.state.applications[row["applicationId"]]
        runs = views.newest_first(call.state.of(call.state.deployments, "scheduleId", row["scheduleId"]))
        short = views.pick(app, "applicationId", "appName", "name", "serverId")
        rows.append({**row, "application": short, "server": None, "compose": None, "deployments": runs})
    return rows


@ROUTER.mutation("update", scheduleId=ID, **_FIELDS)
def update(call: Call) -> Any:
    row = _row(call)
    row.update(call.data)
    call.world.schedules.plan(row, call.world.now())
    return dict(row)


@ROUTER.mutation("delete", scheduleId=ID)
def delete(call: Call) -> Any:
    del call.state.schedules[_row(call)["scheduleId"]]
    return True


@ROUTER.mutation("runManually", scheduleId=ID)
def run_manually(call: Call) -> Any:
    """Synchronous; a failed run is still a 200."""
    return call.world.schedules.run(_row(call), call.world.now())
