"""What runs by the clock or at a deployment: copies of the database, their pruning, and every cron expression."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from pulumi_policy.proxy import UnknownValueError

from sop.texts import copying, pruning
from sop.texts.shell import Step
from sop.views.fields import Fields
from sop.views.resource import Resource
from sop.views.subjects import BACKUP_CRON, RESOURCE_TIER, SCHEDULE, VOLUME_BACKUP

LOCAL_COMMAND = "command:local:Command"
REMOTE_COMMAND = "command:remote:Command"
DATABASE = "/app/data/db/database.db"
FOLDER = "/app/backups"
"""Where the procedure has the database and its copies (SOP 5.3), for jobs of an application that says nothing else."""


@dataclass(frozen=True, kw_only=True)
class Timer:
    """A cron expression, and the command or the copy that it starts."""

    TYPES: ClassVar[frozenset[str]] = frozenset({SCHEDULE, VOLUME_BACKUP, BACKUP_CRON, RESOURCE_TIER})
    expression: str
    timezone: str
    what: str
    """`schedule backup`, for people."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Timer]:
        fields = resource.fields
        zone = fields.text("timezone") or "UTC"
        if resource.type in (BACKUP_CRON, RESOURCE_TIER):
            for name in ("schedule", "prune_schedule", "drill_schedule"):
                expression = fields.text(name)
                if expression is not None:
                    yield cls(expression=expression, timezone=zone, what=name)
            return
        yield cls(
            expression=fields.text("cronExpression") or "",
            timezone=zone,
            what=f"schedule {fields.text('name') or resource.name}",
        )


class Job:
    """A command by the clock inside a container, or one of pulumi-command on a host, which is run when it changes."""

    def __init__(self, resource: Resource, database: str) -> None:
        self.fields: Fields = resource.fields
        self.on_host = resource.type != SCHEDULE
        self._resource = resource
        self._database = database or DATABASE

    @property
    def name(self) -> str:
        return self._resource.name if self.on_host else self.fields.text("name") or self._resource.name

    @property
    def what(self) -> str:
        """`schedule backup`, for people."""
        return f"{'command' if self.on_host else 'schedule'} {self.name}"

    @property
    def enabled(self) -> bool:
        return "enabled" not in self.fields or self.fields.flag("enabled")

    @cached_property
    def _commands(self) -> Sequence[Step]:
        """Everything that runs. A command of pulumi-command has it in several places, its environment among them.

        What it runs has to be known. Its environment often is not: the id of a container that does not exist yet.
        What is known of it is read, and the rest once the update has made it.
        """
        if not self.on_host:
            return copying.read(self.fields.text("command") or "", self._database, within_texts=False)
        try:
            texts = [self.fields.text(name) or "" for name in ("create", "update")]
            texts += self.fields.block("environment").known_texts()
        except UnknownValueError as error:
            raise UnknownValueError(error.unknown_type_sentinel, [self.name, *error.props]) from None
        return [step for text in texts for step in copying.read(text, self._database, within_texts=True)]

    @property
    def consistent(self) -> bool:
        """Whether SQLite itself makes a copy."""
        return any(map(copying.by_sqlite, self._commands))

    @property
    def copies(self) -> bool:
        return self.consistent or self.copies_plainly(()) is not None

    def copies_plainly(self, finished: Collection[str]) -> str | None:
        """The program that copies a database's file as it lies there; None for none.

        On a host the file may lie anywhere and is known by its name, but not in the folders of finished copies.
        """

        def is_live(path: str) -> bool:
            if copying.holds(path, self._database):
                return True
            named = self.on_host and copying.is_named_like(path, self._database)
            return named and not any(f"{path}/".startswith(f"{folder}/") for folder in finished)

        found = (copying.plain(step, is_live, self._database) for step in self._commands)
        return next((program for program in found if program is not None), None)

    @cached_property
    def folders(self) -> list[str] | None:
        """The folders that copies go to; empty where that cannot be told, None for copies that leave the machine."""
        return copying.folders(self._commands, self._database)

    @property
    def names(self) -> set[str]:
        """Every folder that it names."""
        return copying.places(self._commands, self._database)

    @property
    def reaches_into_the_container(self) -> bool:
        """Whether what it copies is the database by its path inside the container."""
        copying_ones = filter(copying.by_sqlite, self._commands)
        inside = any(self._database in word for step in copying_ones for word in step.words)
        return not self.on_host or inside

    def ages(self, folders: Collection[str]) -> list[float | None]:
        """The age in days at which each of its commands deletes copies; None where a command goes by anything else."""
        return pruning.ages(self._commands, folders)
