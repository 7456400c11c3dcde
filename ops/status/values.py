"""What a stack is doing right now: its release, its containers, its last deployments and backups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class Task:
    """One task of the service in Swarm: what Swarm wants of it, and what it is."""

    name: str
    wanted: str
    state: str
    error: str


@dataclass(frozen=True, kw_only=True)
class Container:
    """A container that runs; its environment is not kept. `health` is None where nothing checks it."""

    name: str
    state: str
    health: str | None
    release: str

    @property
    def serves(self) -> bool:
        return self.state == "running" and self.health in (None, "healthy")


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """One line of Dokploy's history; `age_s` in seconds."""

    id: str
    title: str
    status: str
    at: str
    age_s: float


Kind = Literal["schedule", "volume backup"]

BACKUP = "backup"
"""The schedule that copies the database; every copy of a volume to a destination is a backup, too."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What runs by a cron expression, and its runs; the ages in seconds, None where there was no such run."""

    name: str
    kind: Kind = "schedule"
    cron: str
    is_enabled: bool
    last_status: str | None
    last_age_s: float | None
    success_age_s: float | None


@dataclass(frozen=True, kw_only=True)
class Application:
    """All that Dokploy says of the application."""

    replicas: int
    tasks: Sequence[Task]
    containers: Sequence[Container]
    deployments: Sequence[Deployment]
    """Newest first."""
    schedules: Sequence[Schedule]

    def serving(self, release: str | None) -> int:
        """How many containers of this release serve."""
        return sum(container.serves and container.release == release for container in self.containers)

    @property
    def backups(self) -> list[Schedule]:
        """The copies of the data, that on the server first."""
        found = [each for each in self.schedules if each.kind == "volume backup" or each.name == BACKUP]
        return sorted(found, key=lambda each: (each.kind, each.name))


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One resource that is not as the state says; `properties` differ, all of it where it is gone."""

    name: str
    operation: str
    properties: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Status:
    """The whole. What is None could not be found out, and `notes` say why."""

    stack: str
    outputs: Mapping[str, Any]
    deployment: Mapping[str, Any] = field(default_factory=dict)
    """The outputs of the stack's Deployment: its status, and the image or commit that it is at."""
    application: Application | None = None
    certificate_days: int | None = None
    drift: Sequence[Drift] | None = None
    notes: Sequence[str] = field(default=())

    @property
    def release(self) -> str | None:
        return self.outputs.get("release")

    @property
    def is_healthy(self) -> bool | None:
        """Whether as many containers of the stack's release serve as there should be."""
        if self.application is None:
            return None
        return self.application.serving(self.release) >= self.application.replicas > 0

    def to_json(self) -> dict[str, Any]:
        application = self.application
        backups = application.backups if application else []
        ages = [each.success_age_s for each in backups if each.success_age_s is not None]
        return {
            "stack": self.stack,
            **{key: self.outputs.get(key) for key in ("url", "release", "source", "tier")},
            "deployment": {key: self.deployment.get(key) for key in ("status", "imageOrCommit")},
            "healthy": self.is_healthy,
            "application": asdict(application) if application else None,
            "last_backup_age_s": min(ages) if ages else None,
            "backups": [asdict(each) for each in backups],
            "certificate_days": self.certificate_days,
            "drift": None if self.drift is None else [asdict(each) for each in self.drift],
            "notes": list(self.notes),
        }
