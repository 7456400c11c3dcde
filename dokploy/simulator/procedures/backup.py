"""backup.*: dumps of databases to a destination."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import bad_request, not_found
from ..ids import app_name, nanoid
from ..procedure import EMPTY, Call, Router
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, Flag, Number, OneOf, Rule

ROUTER = Router("backup")
_TYPE = OneOf(values=("postgres", "mariadb", "mysql", "mongo", "web-server", "libsql"))
_OWNERS = ("compose", "postgres", "mariadb", "mysql", "mongo", "libsql", "user")


@ROUTER.mutation(
    "create",
    schedule=ID,
    enabled=Flag(optional=True, nullable=True),
    prefix=ID,
    destinationId=ID,
    database=ID,
    databaseType=_TYPE,
    keepLatestCount=Number(optional=True, nullable=True),
    backupType=OneOf(values=("database", "compose"), optional=True),
    serviceName=NULLABLE_TEXT,
    includeEncryptionKey=Flag(optional=True),
    metadata=Rule(optional=True),
    **{f"{owner}Id": NULLABLE_TEXT for owner in _OWNERS},
)
def create(call: Call) -> Any:
    """An empty answer; the id stands with the database."""
    row: Row = {
        "backupId": nanoid(),
        "appName": app_name("backup", None),
        "enabled": None,
        "serviceName": None,
        "keepLatestCount": None,
        "includeEncryptionKey": True,
        "backupType": "database",
        **{f"{owner}Id": None for owner in _OWNERS},
        "metadata": None,
        **call.data,
    }
    call.state.backups[row["backupId"]] = row
    return EMPTY


@ROUTER.query("one", backupId=ID)
def one(call: Call) -> Any:
    row = call.state.backups.get(call.data["backupId"])
    if row is None:
        raise not_found("Backup")
    full = views.full_backup(call.state, row)
    del full["deployments"]
    postgres = call.state.databases["postgres"].get(row["postgresId"])
    joined: Row = dict.fromkeys(("mysql", "mariadb", "mongo", "libsql", "compose"))
    return {**full, **joined, "postgres": dict(postgres) if postgres else None}


@ROUTER.mutation(
    "update",
    backupId=ID,
    schedule=ID,
    enabled=Flag(present=True, nullable=True),
    prefix=ID,
    destinationId=ID,
    database=ID,
    keepLatestCount=Number(present=True, nullable=True),
    serviceName=Rule(present=True, nullable=True),
    metadata=Rule(present=True, nullable=True),
    databaseType=_TYPE,
)
def update(call: Call) -> Any:
    row = call.state.backups.get(call.data["backupId"])
    if row is None:
        raise bad_request("Error updating this Backup")
    row.update(call.data)
    return EMPTY


@ROUTER.mutation("remove", backupId=ID)
def remove(call: Call) -> Any:
    row = call.state.backups.pop(call.data["backupId"], None)
    if row is None:
        raise bad_request("Backup not found")
    return row
