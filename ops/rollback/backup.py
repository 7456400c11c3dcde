"""The copy of the data from before a deployment: a rollback returns the program, never the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dokploy.client import DokployClient
from ops.schedules import DONE, runs_of, schedules_of

NAME = "backup"
"""The schedule of the program's backups, where the deployment names none that come before it."""

_FILE = re.compile(r"^backup ok: (\S+?),", re.MULTILINE)
LOG_LINES = 50


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One successful run of a backup's schedule. `file` is as its log names it, or empty."""

    schedule: str
    created: str
    file: str

    def to_json(self) -> dict[str, str]:
        return {"schedule": self.schedule, "created": self.created, "file": self.file}


def before(client: DokployClient, application_id: str, schedules: Sequence[str], moment: str) -> Backup | None:
    """The newest backup that succeeded before `moment` (as Dokploy writes it; empty for any)."""
    rows = schedules_of(client.query, application_id)
    chosen = [row for row in rows if row["scheduleId"] in schedules] or [row for row in rows if row["name"] == NAME]
    found = [
        (str(run["createdAt"]), str(run["deploymentId"]), str(row["name"]))
        for row in chosen
        for run in runs_of(client.query, row["scheduleId"])
        if run["status"] == DONE and (not moment or str(run["createdAt"]) < moment)
    ]
    if not found:
        return None
    created, id, name = max(found)
    named = _FILE.search(str(client.query("deployment.readLogs", deploymentId=id, tail=LOG_LINES) or ""))
    return Backup(schedule=name, created=created, file=named[1] if named else "")
