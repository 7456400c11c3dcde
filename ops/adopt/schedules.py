"""Finds among the schedules of an application those that the SOP asks for, by what they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from components import scripts
from components.fields import Cron, TimeZone, mebibytes
from components.sections import Backup, StorageCheck
from components.values import DRILL_HOURS
from ops.adopt.found import Row
from ops.adopt.imports import Adopted, named
from ops.adopt.notes import Notes
from ops.adopt.sections import valid

_COMPONENTS = {"backup": "BackupCron", "prune": "BackupCron", "drill": "BackupCron", "storage": "ResourceTier"}
"""The component of each schedule of the program. Who recognises one asks in this order."""

_DOES: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "backup": (
        re.compile(r"sqlite3|VACUUM INTO|\bcp\b[^\n;&|]*\.(db|sqlite)", re.IGNORECASE),
        re.compile(r"backup", re.IGNORECASE),
    ),
    "prune": (
        re.compile(r"\bfind\b.*-mtime", re.DOTALL),
        re.compile(r"-delete|\brm\b"),
        re.compile(r"backup", re.IGNORECASE),
    ),
    "drill": (
        re.compile(r"integrity_check", re.IGNORECASE),
        re.compile(r"restor", re.IGNORECASE),
        re.compile(r"drill|test", re.IGNORECASE),
    ),
    "storage": (re.compile(r"\b(df|du)\b"), re.compile(r"storage|disk|space", re.IGNORECASE)),
}
"""What stands in the name and the command of such a schedule: all of these. A job that is taken for another would be
overwritten, so that in doubt it is left alone."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What the commands of the program's schedules depend on."""

    database: str
    folders: tuple[str, ...]
    storage: str
    shell: str


@dataclass(frozen=True, kw_only=True)
class Schedules:
    """The schedules that were recognised, by their names in the program."""

    rows: Mapping[str, Row]
    backup: Backup
    storage_check: StorageCheck

    @classmethod
    def of(cls, rows: Sequence[Row], notes: Notes) -> Schedules:
        """Recognise them, and take over their times."""
        found: dict[str, Row] = {}
        # Those with the program's own names first, or a second backup would take the place of the first.
        for row in sorted(rows, key=lambda row: row["name"] not in _COMPONENTS):
            job = _job(row, found)
            if job is None:
                notes.left.append(
                    f"schedule {row['name']!r} goes on running; the program has no job that does the same"
                )
            else:
                found[job] = row
        return cls(rows=found, backup=_backup(found), storage_check=_storage_check(found))

    @property
    def storage(self) -> str | None:
        """The storage that an earlier storage check of the program was given, such as `40Gi`."""
        limit = _given("LIMIT_KIB", self.rows.get("storage"))
        return f"{limit // 1024**2}Gi" if limit and limit % 1024**2 == 0 else None

    def adopted(self, setting: Setting, notes: Notes) -> Iterator[Adopted]:
        """The schedules to import; what the program changes about them is noted."""
        commands = self._commands(setting)
        for job, component in _COMPONENTS.items():
            resource, section = named(f"schedule-{job}"), "5.1" if job == "storage" else "5.3"
            if job not in self.rows:
                notes.change(resource, "", None, "made", f"SOP {section}: no schedule does it")
                continue
            row = self.rows[job]
            wanted = {
                "cronExpression": self._cron(job),
                "timezone": "UTC" if job == "storage" else self.backup.timezone,
                "enabled": True,
                "shellType": setting.shell,
            }
            for property, then in wanted.items():
                notes.change(resource, property, row[property] or "UTC", then, f"SOP {section}")
            if row["command"] != commands[job]:
                # Its text may hold a secret.
                why = f"SOP {section}, with a copy that can be restored and failures that show"
                notes.change(resource, "command", "its own", "the program's", why)
            yield Adopted(kind="Schedule", role=f"schedule-{job}", id=row["scheduleId"], component=component)

    def _cron(self, job: str) -> str:
        by_job = {
            "backup": self.backup.schedule,
            "prune": self.backup.prune_schedule,
            "drill": self.backup.drill_schedule,
            "storage": self.storage_check.schedule,
        }
        return by_job[job]

    def _commands(self, setting: Setting) -> dict[str, str]:
        backup, check = self.backup, self.storage_check
        return {
            "backup": scripts.command("backup", DATABASE=setting.database, FOLDER=backup.folder),
            "prune": scripts.command(
                "prune", FOLDER=backup.folder, DAYS=backup.retention_days, KEEP=backup.keep_at_least
            ),
            "drill": scripts.command("drill", DATABASE=setting.database, FOLDER=backup.folder, HOURS=DRILL_HOURS),
            "storage": scripts.command(
                "storage",
                FOLDERS=" ".join(setting.folders),
                LIMIT_KIB=mebibytes(setting.storage) * 1024,
                PERCENT=check.threshold_percent,
            ),
        }


def _job(row: Row, taken: Mapping[str, Row]) -> str | None:
    text = f"{row['name']}\n{row['command']}"
    fits = [job for job in _COMPONENTS if job not in taken and all(part.search(text) for part in _DOES[job])]
    return row["name"] if row["name"] in fits else next(iter(fits), None)


def _backup(found: Mapping[str, Row]) -> Backup:
    backup, prune = found.get("backup"), found.get("prune")
    days = re.search(r"-mtime\s+['\"]?\+(\d+)", prune["command"]) if prune else None
    folder = re.search(r"^FOLDER=(\S+)$", backup["command"], re.MULTILINE) if backup else None
    return valid(
        Backup,
        schedule=_cron(backup),
        prune_schedule=_cron(prune),
        drill_schedule=_cron(found.get("drill")),
        timezone=_zone(backup or prune),
        retention_days=int(days[1]) if days else _given("DAYS", prune),
        keep_at_least=_given("KEEP", prune),
        folder=folder[1] if folder else None,
    )


def _storage_check(found: Mapping[str, Row]) -> StorageCheck:
    row = found.get("storage")
    return valid(StorageCheck, schedule=_cron(row), threshold_percent=_given("PERCENT", row))


def _given(variable: str, row: Row | None) -> int | None:
    """A number that an earlier command of the program was given."""
    found = re.search(rf"^{variable}=(\d+)$", row["command"], re.MULTILINE) if row else None
    return int(found[1]) if found else None


def _cron(row: Row | None) -> str | None:
    return row["cronExpression"] if row and _accepts(TypeAdapter(Cron), row["cronExpression"]) else None


def _zone(row: Row | None) -> str | None:
    return row["timezone"] if row and row["timezone"] and _accepts(TypeAdapter(TimeZone), row["timezone"]) else None


def _accepts(kind: TypeAdapter[str], text: str) -> bool:
    try:
        kind.validate_python(text)
    except ValidationError:
        return False
    return True
