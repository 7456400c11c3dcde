"""volumeBackups.*: copies of named volumes to a destination."""

from __future__ import annotations

from typing import Any

from .. import views
from ..clock import iso, log_time
from ..deployments import new_row
from ..errors import not_found, server_error
from ..ids import app_name, nanoid
from ..procedure import EMPTY, Call, Router
from ..sql import failed_insert
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OPTIONAL_TEXT, Flag, Number, OneOf, Rule, Text

ROUTER = Router("volumeBackups")
_SERVICES = ("application", "postgres", "mysql", "mariadb", "mongo", "redis", "compose", "libsql")
_JOINED = ("postgres", "mysql", "mariadb", "mongo", "redis", "compose", "libsql")
COLUMNS = (
    "volumeBackupId",
    "name",
    "volumeName",
    "prefix",
    "serviceType",
    "appName",
    "serviceName",
    "turnOff",
    "cronExpression",
    "keepLatestCount",
    "enabled",
    "applicationId",
    "postgresId",
    "mariadbId",
    "mongoId",
    "mysqlId",
    "redisId",
    "libsqlId",
    "composeId",
    "createdAt",
    "destinationId",
)
_FIELDS: dict[str, Rule] = {
    "name": ID,
    "volumeName": Text(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$", pattern_message="Invalid volume name"),
    "prefix": ID,
    "serviceType": OneOf(values=_SERVICES, optional=True),
    "appName": OPTIONAL_TEXT,
    "serviceName": NULLABLE_TEXT,
    "turnOff": Flag(optional=True),
    "cronExpression": ID,
    "keepLatestCount": Number(optional=True, nullable=True),
    "enabled": Flag(optional=True, nullable=True),
    **{f"{name}Id": NULLABLE_TEXT for name in ("application", *_JOINED)},
    "destinationId": ID,
}


@ROUTER.mutation("create", **_FIELDS)
def create(call: Call) -> Any:
    """Left-out `enabled` stays null, and null never runs."""
    data = dict(call.data)
    name = data.pop("appName", None) or app_name("volumeBackup", None, lower=False)
    key, stamp = nanoid(), call.world.stamp()
    unknown_app = data.get("applicationId") and data["applicationId"] not in call.state.applications
    if unknown_app or data["destinationId"] not in call.state.destinations:
        values = {"volumeBackupId": key, "appName": name, "createdAt": stamp, **data}
        raise server_error(failed_insert("volume_backup", COLUMNS, values))
    defaults = {"serviceType": "application", "turnOff": False}
    own = {"volumeBackupId": key, "appName": name, "createdAt": stamp}
    row = {**dict.fromkeys(COLUMNS), **defaults, **data, **own}
    call.state.volume_backups[key] = row
    return dict(row)


def _row(call: Call) -> Row:
    try:
        return call.state.volume_backups[call.data["volumeBackupId"]]
    except KeyError:
        raise not_found("Volume backup") from None


@ROUTER.query("one", volumeBackupId=ID)
def one(call: Call) -> Any:
    row = _row(call)
    app = call.state.applications.get(row["applicationId"])
    joined: Row = dict.fromkeys(("application", *_JOINED))
    if app is not None:
        env = call.state.environments[app["environmentId"]]
        place = {**env, "project": dict(call.state.projects[env["projectId"]])}
        short = views.pick(app, "applicationId", "appName", "serverId")
        joined["application"] = {**short, "environment": place}
    destination = dict(call.state.destinations[row["destinationId"]])
    del destination["accessKey"], destination["secretAccessKey"]
    return {**row, **joined, "destination": destination}


@ROUTER.query("list", id=ID, volumeBackupType=OneOf(values=_SERVICES))
def listed(call: Call) -> Any:
    column = f"{call.data['volumeBackupType']}Id"
    rows = []
    for row in views.newest_first(call.state.of(call.state.volume_backups, column, call.data["id"])):
        app = call.state.applications.get(row["applicationId"])
        short = views.pick(app, "applicationId", "appName", "serverId") if app else None
        rows.append({**row, **dict.fromkeys(_JOINED), "application": short})
    return rows


@ROUTER.mutation("update", **_FIELDS, volumeBackupId=ID)
def update(call: Call) -> Any:
    row = _row(call)
    row.update(call.data)
    return dict(row)


@ROUTER.mutation("delete", volumeBackupId=ID)
def delete(call: Call) -> Any:
    del call.state.volume_backups[_row(call)["volumeBackupId"]]
    return EMPTY


@ROUTER.mutation("runManually", volumeBackupId=ID)
def run_manually(call: Call) -> Any:
    """The result stands in the deployments only; it fails when the bucket cannot be reached."""
    row = _row(call)
    now, name = call.world.now(), row["appName"]
    entry = new_row(
        call.state,
        now,
        title="Volume Backup",
        description="Volume Backup",
        logPath=f"/etc/dokploy/volume-backups/{name}/{name}-{log_time(now)}.log",
        volumeBackupId=row["volumeBackupId"],
    )
    endpoint = call.state.destinations[row["destinationId"]]["endpoint"]
    failed = endpoint.endswith(".invalid")
    log = f"Initializing volume backup\nVolume name: {row['volumeName']}\nStarting upload to S3...\n"
    call.state.logs[entry["deploymentId"]] = log + ("no such host\n" if failed else "Upload to S3 done ✅\n")
    entry["status"], entry["finishedAt"] = "error" if failed else "done", iso(now)
    return EMPTY
