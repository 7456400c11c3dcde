"""What rules judge besides workloads: ways in, mounts, timers, sizes and texts in the open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sop import quantities
from sop.fields import Fields
from sop.resource import Resource
from sop.workload import APPLICATION, CONTAINER, DockerWorkload

DOMAIN = "dokploy:index:Domain"
MOUNT = "dokploy:index:Mount"
PORT = "dokploy:index:Port"
SCHEDULE = "dokploy:index:Schedule"
VOLUME_BACKUP = "dokploy:index:VolumeBackup"
MIDDLEWARE = "dokploy:index:Middleware"
BACKUP_CRON = "chatzwa:index:BackupCron"
RESOURCE_TIER = "chatzwa:index:ResourceTier"
ENV_SECRETS = "chatzwa:index:EnvSecrets"

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
class Domain:
    """A host name that leads to a port of an application."""

    TYPES: ClassVar[frozenset[str]] = frozenset({DOMAIN})
    fields: Fields

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Domain]:
        yield cls(fields=resource.fields)

    @property
    def host(self) -> str:
        return self.fields.text("host") or ""

    @property
    def path(self) -> str:
        return self.fields.text("path") or "/"

    @property
    def port(self) -> int | None:
        port = self.fields.number("port")
        return None if port is None else int(port)


@dataclass(frozen=True, kw_only=True)
class Mounted:
    """A folder inside a container and what lies behind it."""

    TYPES: ClassVar[frozenset[str]] = frozenset({MOUNT, CONTAINER})
    path: str
    host_path: str | None = None
    """The folder of the host; None for a volume or a file."""
    volume: str | None = None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Mounted]:
        fields = resource.fields
        if resource.type == MOUNT:
            yield cls(
                path=fields.text("mountPath") or "",
                host_path=fields.text("hostPath"),
                volume=fields.text("volumeName"),
            )
            return
        for block in fields.blocks("volumes"):
            yield cls(
                path=block.text("containerPath") or "",
                host_path=block.text("hostPath"),
                volume=block.text("volumeName"),
            )
        for block in fields.blocks("mounts"):
            bound = block.text("type") == "bind"
            source = block.text("source")
            yield cls(
                path=block.text("target") or "",
                host_path=source if bound else None,
                volume=source if block.text("type") == "volume" else None,
            )


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
            for name in ("schedule", "prune_schedule"):
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

    TYPES: ClassVar[frozenset[str]] = frozenset(
        {SCHEDULE, "command:local/command:Command", "command:remote/command:Command"}
    )
    fields: Fields

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Job]:
        yield cls(fields=resource.fields)

    @property
    def command(self) -> str:
        return self.fields.text("command") or self.fields.text("create") or ""

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


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """The sizes that the ResourceTier component declares."""

    TYPES: ClassVar[frozenset[str]] = frozenset({RESOURCE_TIER})
    name: str
    reason: str
    memory: int | None
    nano_cpus: int | None
    storage: int | None
    storage_text: str

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Sizes]:
        tier = resource.fields.block("tier")
        storage = tier.text("storage") or ""
        yield cls(
            name=tier.text("name") or "",
            reason=tier.text("reason") or "",
            memory=quantities.size(tier.text("memory") or ""),
            nano_cpus=quantities.nano_cpus(tier.text("cpu") or ""),
            storage=quantities.size(storage),
            storage_text=storage or "nothing",
        )


@dataclass(frozen=True, kw_only=True)
class InTheOpen:
    """A text that everybody sees who may look at the deployment: no secret may stand there."""

    TYPES: ClassVar[frozenset[str]] = frozenset(
        {ENV_SECRETS, APPLICATION, CONTAINER, SCHEDULE, "dokploy:index:Project", "dokploy:index:Environment"}
    )
    where: str
    text: str
    variable: str | None = None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[InTheOpen]:
        fields = resource.fields
        if resource.type == ENV_SECRETS:
            plain = fields.block("plain")
            for name in plain:
                yield cls(where=f"variable {name}", text=plain.text(name) or "", variable=name)
            return
        for name in ("description", "command", "args", "entrypoints"):
            for text in fields.texts(name):
                yield cls(where=name, text=text)
        for block in fields.blocks("labels"):
            yield cls(where="labels", text=block.text("value") or "", variable=block.text("label"))


@dataclass(frozen=True, kw_only=True)
class Entrance:
    """A port of the host that leads into a container."""

    TYPES: ClassVar[frozenset[str]] = frozenset({PORT, CONTAINER})
    what: str
    address: str | None
    """Where it listens; None for every address of the server, which is all that Dokploy can do."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Entrance]:
        if resource.type == PORT:
            yield cls(what=f"port {resource.fields.text('publishedPort') or resource.name}", address=None)
            return
        for port in DockerWorkload(resource).published:
            yield cls(what=f"port {port.internal}", address=port.address)
        if resource.fields.flag("publishAllPorts"):
            yield cls(what="publishAllPorts", address=None)


@dataclass(frozen=True, kw_only=True)
class Reference:
    """An image that is named by its reference."""

    TYPES: ClassVar[frozenset[str]] = frozenset({APPLICATION, CONTAINER, "docker:index/remoteImage:RemoteImage"})
    text: str | None

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Reference]:
        fields = resource.fields
        match resource.type:
            case "dokploy:index:Application":
                yield cls(text=fields.block("image").text("reference"))
            case "docker:index/container:Container":
                yield cls(text=fields.text("image") or "")
            case _:
                yield cls(text=fields.text("name") or "")
