"""Reads a project that was made by hand, through Dokploy's API. Nothing is written there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dokploy.client import DokployClient
from ops.errors import UsageError
from ops.schedules import schedules_of

Row = dict[str, Any]

KINDS = ("compose", "postgres", "mysql", "mariadb", "mongo", "redis", "libsql")
"""What an environment may hold besides applications."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One application and what is around it, as Dokploy's rows."""

    project: Row
    environment: Row
    application: Row
    schedules: Sequence[Row]
    volume_backups: Sequence[Row]

    @property
    def has_deployed(self) -> bool:
        """Whether a deployment of it has ended well: only then is there one to take over."""
        return any(record["status"] == "done" for record in self.application["deployments"])


def find(client: DokployClient, project: str, environment: str | None, application: str | None) -> Found:
    """The application to adopt: by name or id, or the only one there is.

    Raises UsageError where that is not exactly one, and DokployError where Dokploy cannot be asked.
    """
    known = client.query("project.all")
    row = client.query("project.one", projectId=_one(known, "projectId", project, "project")["projectId"])
    place = _environment(row["environments"], environment)
    chosen = _application(place, application)
    id = chosen["applicationId"]
    return Found(
        project=row,
        environment=client.query("environment.one", environmentId=place["environmentId"]),
        application=client.query("application.one", applicationId=id),
        schedules=schedules_of(client.query, id),
        volume_backups=client.query("volumeBackups.list", id=id, volumeBackupType="application"),
    )


def _environment(rows: Sequence[Row], given: str | None) -> Row:
    if given is not None:
        return _one(rows, "environmentId", given, "environment")
    used = [row for row in rows if row["applications"]]
    if len(used) == 1:
        return used[0]
    names = ", ".join(sorted(row["name"] for row in used))
    if not used:
        raise UsageError("the project holds no application to adopt")
    raise UsageError(f"several environments hold applications: choose one with --environment ({names})")


def _application(place: Row, given: str | None) -> Row:
    rows = place["applications"]
    if given is not None:
        return _one(rows, "applicationId", given, "application")
    if len(rows) == 1:
        return dict(rows[0])
    names = ", ".join(sorted(row["name"] for row in rows))
    if not rows:
        raise UsageError(f"environment {place['name']} holds no application to adopt")
    raise UsageError(f"environment {place['name']} holds several applications: choose one with --application ({names})")


def _one(rows: Sequence[Row], id_key: str, given: str, what: str) -> Row:
    """The row with this id, or with this name where that is the only one: Dokploy's names are not unique."""
    by_id = [row for row in rows if row[id_key] == given]
    named = by_id or [row for row in rows if row["name"] == given]
    if len(named) == 1:
        return named[0]
    if not named:
        names = ", ".join(sorted({row["name"] for row in rows})) or "none"
        raise UsageError(f"there is no {what} {given!r}; there is: {names}")
    ids = ", ".join(row[id_key] for row in named)
    raise UsageError(f"there are {len(named)} {what}s named {given!r}: give the id of one in place of the name ({ids})")
