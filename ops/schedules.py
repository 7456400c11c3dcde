"""The schedules of an application and what became of their runs, as Dokploy tells them.

Each function takes the query of a client (`DokployClient.query`), or one that has errors of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

Query = Callable[..., Any]
Row = dict[str, Any]

DONE: Final = "done"
ENDED: Final = (DONE, "error")
"""The statuses of a run that is over."""


def schedules_of(query: Query, application_id: str) -> list[Row]:
    """All of them, in Dokploy's order."""
    return query("schedule.list", id=application_id, scheduleType="application") or []


def schedule_named(query: Query, application_id: str, name: str) -> Row | None:
    """The one of this name."""
    return next((row for row in schedules_of(query, application_id) if row["name"] == name), None)


def runs_of(query: Query, id: str, type: str = "schedule") -> list[Row]:
    """The runs of a schedule, or of another type of Dokploy's records, newest first."""
    return newest_first(query("deployment.allByType", id=id, type=type))


def newest_first(rows: list[Row] | None) -> list[Row]:
    return sorted(rows or [], key=lambda row: str(row["createdAt"]), reverse=True)
