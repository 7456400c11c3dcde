"""Dokploy's own record of a deployment: a row of the history, or a job that has none yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Record:
    """A row of the deployment history, or a job that has none yet (`id` empty)."""

    application_id: str
    id: str = ""
    status: str = "waiting"
    title: str = ""
    description: str = ""
    known: frozenset[str] = frozenset()
    """The ids that were there before this one was asked for."""

    @classmethod
    def of(cls, row: dict[str, Any]) -> Record:
        return cls(
            application_id=row["applicationId"],
            id=row["deploymentId"],
            status=row["status"],
            title=row["title"],
            description=row["description"] or "",
        )

    @classmethod
    def latest(cls, rows: Sequence[dict[str, Any]]) -> Record | None:
        """The newest of an application's records, if it has one."""
        return cls.of(max(rows, key=_created)) if rows else None

    @property
    def commit(self) -> str | None:
        """The commit that was built, which Dokploy writes into the description."""
        found = re.search(r"Commit: ([0-9a-f]{7,40})", self.description)
        return found[1] if found else None

    def among(self, rows: Iterable[dict[str, Any]]) -> Record | None:
        """This record as it is in the history now; for a job, the row that it has become."""
        if self.id:
            return next((Record.of(row) for row in rows if row["deploymentId"] == self.id), None)
        new = [row for row in rows if row["deploymentId"] not in self.known]
        titled = [row for row in new if row["title"] == self.title or self.title in row["title"]]
        # For a git source the title becomes the commit's message when the build ends.
        chosen = titled or sorted(new, key=_created)
        return Record.of(chosen[0]) if chosen else None


def _created(row: dict[str, Any]) -> str:
    return str(row["createdAt"])
