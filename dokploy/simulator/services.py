"""What Swarm runs: releases, the tasks that carry them, and the services that the tasks belong to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .ids import docker_id
from .settings import Outcome

WANTED = ("running", "ready")  # what Swarm desires of a task that is not to end; ready: it waits for its time


@dataclass(frozen=True, kw_only=True)
class Release:
    """What Dokploy asked Swarm to run: one version of a service."""

    image: str
    env: tuple[str, ...]
    outcome: Outcome
    replicas: int = 1
    memory: int = 0  # bytes, 0 = no limit
    nano_cpus: int = 0
    health: Mapping[str, Any] | None = None
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    mounts: tuple[Mapping[str, Any], ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    start_first: bool = True
    on_failure: str = "rollback"
    parallelism: int = 1  # 0 = all at once
    restart: str = "any"
    attempts: int = 0  # 0 = without end
    rejected: str | None = None  # why no task of it can start
    mode: str = "Replicated"

    @property
    def checked(self) -> bool:
        """Whether a health check watches its containers."""
        test = (self.health or {}).get("Test") or ["NONE"]
        return self.outcome != "no_check" and test[0] != "NONE"


@dataclass(kw_only=True, eq=False)
class Task:
    id: str
    slot: int
    release: Release
    created: float
    since: float  # of its state
    state: str = "Pending"
    desired: str = "running"
    error: str = ""
    container: str | None = None  # the container's id, 64 hex digits
    started: float | None = None
    finished: float | None = None
    exit_code: int = 0
    health: str | None = None
    attempt: int = 0

    @property
    def alive(self) -> bool:
        return self.started is not None and self.finished is None


@dataclass(kw_only=True, eq=False)
class Service:
    name: str
    release: Release
    id: str = field(default_factory=docker_id)
    replicas: int = 1
    previous: Release | None = None
    updating: bool = False
    waiting: list[int] = field(default_factory=list)  # slots still to be updated
    tasks: list[Task] = field(default_factory=list)  # newest first

    def current(self, slot: int) -> list[Task]:
        return [t for t in self.tasks if t.slot == slot and t.desired in WANTED]
