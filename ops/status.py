"""What a stack is doing right now: its release, its containers, its last deployments and backups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


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


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """One schedule and its runs; the ages in seconds, None where there was no such run."""

    name: str
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
    def backup(self) -> Schedule | None:
        return next((schedule for schedule in self.schedules if schedule.name == "backup"), None)


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
        return {
            "stack": self.stack,
            **{key: self.outputs.get(key) for key in ("url", "release", "source", "tier")},
            "healthy": self.is_healthy,
            "application": asdict(application) if application else None,
            "last_backup_age_s": application.backup.success_age_s if application and application.backup else None,
            "certificate_days": self.certificate_days,
            "drift": None if self.drift is None else [asdict(each) for each in self.drift],
            "notes": list(self.notes),
        }
