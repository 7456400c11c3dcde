"""What runs by the clock: copies of the database, their pruning, and everything else with a cron expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sop.fields import Fields
from sop.resource import Resource
from sop.subjects import BACKUP_CRON, RESOURCE_TIER, SCHEDULE, VOLUME_BACKUP

LOCAL_COMMAND = "command:local:Command"
REMOTE_COMMAND = "command:remote:Command"
# A program that copies a file as it lies there, followed by the name of a database.
_PLAIN_COPY = re.compile(
    r"(?:^|[;&|(\s])(?:cp|rsync|scp|dd|cat|tar|gzip|zstd|install)\s[^;&|\n]*(?:\.db\b|\.sqlite3?\b|\$\{?DATABASE\b|\bdb/)",
    re.MULTILINE,
)
_OWN_COPY = re.compile(r"VACUUM\s+INTO|\.backup\b|sqlite3_rsync|litestream", re.IGNORECASE)
_PRUNED_DAYS = re.compile(r"-mtime\s+\"?'?\+([0-9]+)|(?:^|\s)DAYS='?([0-9]+)")
_DELETES = re.compile(r"-delete\b|\brm\b")
_FOLDER = re.compile(r"(?:^|\s)FOLDER='?(/[A-Za-z0-9._/-]+)")
_PATH = re.compile(r"(?<![A-Za-z0-9._$}-])(/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*)")
_OF_THE_SYSTEM = ("/bin", "/dev", "/etc", "/lib", "/proc", "/sbin", "/sys", "/tmp", "/usr")  # noqa: S108 - not written to


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A cron expression, and the command or the copy that it starts."""

    TYPES: ClassVar[frozenset[str]] = frozenset({SCHEDULE, VOLUME_BACKUP, BACKUP_CRON, RESOURCE_TIER})
    expression: str
    timezone: str
    what: str
    """`schedule backup`, for people."""
    copies: bool
    """Whether it makes copies of the database or of a volume."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Timer]:
        fields = resource.fields
        zone = fields.text("timezone") or "UTC"
        if resource.type in (BACKUP_CRON, RESOURCE_TIER):
            for name in ("schedule", "prune_schedule", "drill_schedule"):
                expression = fields.text(name)
                if expression is not None:
                    backup = resource.type == BACKUP_CRON and name == "schedule"
                    yield cls(expression=expression, timezone=zone, what=name, copies=backup)
            return
        yield cls(
            expression=fields.text("cronExpression") or "",
            timezone=zone,
            what=f"schedule {fields.text('name') or resource.name}",
            copies=resource.type == SCHEDULE and Job(fields=fields).copies,
        )


@dataclass(frozen=True, kw_only=True)
class Job:
    """A command by the clock inside a container."""

    TYPES: ClassVar[frozenset[str]] = frozenset({SCHEDULE, LOCAL_COMMAND, REMOTE_COMMAND})
    fields: Fields

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Job]:
        yield cls(fields=resource.fields)

    @property
    def command(self) -> str:
        """What runs. A command of pulumi-command has it in several places, its environment among them.

        Such commands often hold what is known only later; an update judges them again right before they run.
        """
        if "create" in self.fields:
            return "\n".join((*self.fields.known_texts(), *self.fields.block("environment").known_texts()))
        return self.fields.text("command") or ""

    @property
    def name(self) -> str:
        return self.fields.text("name") or "command"

    @property
    def enabled(self) -> bool:
        return "enabled" not in self.fields or self.fields.flag("enabled")

    @property
    def consistent(self) -> bool:
        """Whether SQLite itself makes the copy."""
        return _OWN_COPY.search(self.command) is not None

    @property
    def copies_plainly(self) -> bool:
        """Whether a database's file is copied as it lies there."""
        return not self.consistent and _PLAIN_COPY.search(self.command) is not None

    @property
    def copies(self) -> bool:
        return self.consistent or self.copies_plainly

    @property
    def pruned_days(self) -> int | None:
        """How long copies stay before this command deletes them; None where it deletes none."""
        if not _DELETES.search(self.command):
            return None
        found = _PRUNED_DAYS.search(self.command)
        return int(found[1] or found[2]) if found else None

    def folders(self, database: str) -> list[str]:
        """Where copies go: what is called FOLDER, or every path that is neither the database nor the system's."""
        named = _FOLDER.findall(self.command)
        return named or [
            path for path in _PATH.findall(self.command) if path != database and not path.startswith(_OF_THE_SYSTEM)
        ]


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long copies of the database stay."""

    TYPES: ClassVar[frozenset[str]] = frozenset({BACKUP_CRON, SCHEDULE})
    days: int
    what: str

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Retention]:
        if resource.type == BACKUP_CRON:
            days = resource.fields.number("retention_days")
            yield cls(days=0 if days is None else int(days), what="retention_days")
            return
        job = Job(fields=resource.fields)
        if job.pruned_days is not None:
            yield cls(days=job.pruned_days, what=f"schedule {job.name}")
