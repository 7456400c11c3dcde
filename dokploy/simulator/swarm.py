"""Docker Swarm as far as Dokploy shows it: services, tasks, containers, health, and its own rollback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .agenda import Agenda
from .ids import container_id, docker_id
from .services import WANTED, Release, Service, Task
from .settings import Timings

TASKS_KEPT = 5  # per slot, as Swarm keeps them


class Swarm:
    def __init__(self, agenda: Agenda, timings: Timings) -> None:
        self._agenda = agenda
        self.timings = timings
        self.services: dict[str, Service] = {}
        self.volumes: set[str] = set()  # named volumes; they stay when their service goes
        self.memory_used: dict[str, int] = {}  # bytes of each container of a service, where a test says so

    # what Dokploy asks for

    def apply(self, name: str, release: Release, now: float) -> None:
        """Create the service, or update it: every task is replaced, batch by batch."""
        service = self.services.get(name)
        if service is None:
            service = self.services[name] = Service(name=name, release=release, replicas=release.replicas)
            for slot in range(1, release.replicas + 1):
                self._start(service, slot, release, now)
            return
        service.previous, service.release = service.release, release
        self._resize(service, release.replicas, now)
        service.updating = True
        service.waiting = list(range(1, release.replicas + 1))
        self._next_batch(service, now)

    def mode_differs(self, name: str, wanted: Mapping[str, Any] | None) -> bool:
        """Swarm cannot change the mode of a service."""
        service = self.services.get(name)
        return service is not None and service.release.mode != next(iter(wanted or {}), "Replicated")

    def scale(self, name: str, replicas: int, now: float) -> None:
        """`docker service scale`; KeyError when there is no such service."""
        service = self.services[name]
        self._resize(service, replicas, now)
        for slot in range(1, replicas + 1):
            if not service.current(slot):
                self._start(service, slot, service.release, now)

    def remove(self, name: str) -> None:
        self.services.pop(name, None)

    def tasks(self, name: str) -> list[Task]:
        service = self.services.get(name)
        return sorted(service.tasks, key=lambda t: (t.slot, -t.created)) if service else []

    def containers(self, name: str | None = None) -> Iterator[tuple[Service, Task]]:
        """Every container ever started that Docker still knows, newest first."""
        for service in self.services.values():
            if name in (None, service.name):
                yield from ((service, task) for task in service.tasks if task.container)

    # the life of a task

    def _start(
        self, service: Service, slot: int, release: Release, now: float, attempt: int = 0, after_s: float = 0.0
    ) -> Task:
        """A new task. One that is to wait is there at once, `Ready`, as the successor of one that ended."""
        task = Task(id=docker_id(), slot=slot, release=release, created=now, since=now, attempt=attempt)
        service.tasks.insert(0, task)
        kept = [t for t in service.tasks if t.slot == slot][:TASKS_KEPT]
        service.tasks = [t for t in service.tasks if t.slot != slot or t in kept or t.alive]
        if after_s:
            task.state, task.desired = "Ready", "ready"
            self._later(service, task, now + after_s, self._woken)
        else:
            self._later(service, task, now + self.timings.start_s, self._started)
        return task

    def _woken(self, service: Service, task: Task, now: float) -> None:
        task.state, task.desired, task.since = "Pending", "running", now
        self._later(service, task, now + self.timings.start_s, self._started)

    def _later(self, service: Service, task: Task, when: float, step: Any) -> None:
        def happen(moment: float) -> None:
            if self.services.get(service.name) is service and task.finished is None and task.desired in WANTED:
                step(service, task, moment)

        self._agenda.at(when, happen)

    def _started(self, service: Service, task: Task, now: float) -> None:
        release, timings = task.release, self.timings
        if release.rejected:
            self._failed(service, task, now, "Rejected", f'"{release.rejected}"')
            return
        task.container, task.started, task.since = container_id(), now, now
        self.volumes.update(mount["Name"] for mount in release.mounts if mount["Type"] == "volume")
        if release.checked:
            task.state, task.health = "Starting", "starting"
        if release.outcome in ("crash", "out_of_memory"):
            self._later(service, task, now + timings.crash_s, self._crashed)
        elif release.checked and release.outcome == "unhealthy":
            self._later(service, task, now + timings.unhealthy_s, self._unhealthy)
        elif release.checked:
            self._later(service, task, now + timings.healthy_s, self._running)
        if not release.checked:
            self._running(service, task, now)

    def _running(self, service: Service, task: Task, now: float) -> None:
        task.state, task.since = "Running", now
        if task.release.outcome == "healthy_then_crash":
            self._later(service, task, now + self.timings.late_crash_s, self._crashed)
        if task.health:
            task.health = "healthy"
        if service.updating and task.release is service.release:
            for old in service.current(task.slot):
                if old is not task:
                    self._shut_down(service, old, now)
            batch = [t for t in service.tasks if t.release is service.release and t.desired in WANTED]
            if all(t.state == "Running" for t in batch):
                if service.waiting:
                    self._next_batch(service, now)
                else:
                    self._watch(service, task.release, now)

    def _watch(self, service: Service, release: Release, now: float) -> None:
        """After the monitor's time an update counts as completed and is no longer rolled back."""

        def completed(_: float) -> None:
            if service.release is release:
                service.updating = False

        self._agenda.at(now + self.timings.monitor_s, completed)

    def _unhealthy(self, service: Service, task: Task, now: float) -> None:
        task.health = "unhealthy"
        self._later(service, task, now + self.timings.kill_s, self._killed)

    def _killed(self, service: Service, task: Task, now: float) -> None:
        task.exit_code = 137
        self._failed(service, task, now, "Failed", '"task: non-zero exit (137): dockerexec: unhealthy container"')

    def _crashed(self, service: Service, task: Task, now: float) -> None:
        task.exit_code = 137 if task.release.outcome == "out_of_memory" else 1
        self._failed(service, task, now, "Failed", f'"task: non-zero exit ({task.exit_code})"')

    def _failed(self, service: Service, task: Task, now: float, state: str, error: str) -> None:
        task.state, task.since, task.error, task.desired = state, now, error, "shutdown"
        task.finished = now
        if service.updating and task.release is service.release:
            if task.release.on_failure == "rollback" and service.previous is not None:
                self._roll_back(service, service.previous, now)
                return
            if task.release.on_failure == "pause":
                service.waiting = []
        release = task.release
        again = release.restart != "none" and (release.attempts == 0 or task.attempt < release.attempts)
        if again and release is service.release and task.slot <= service.replicas:
            self._start(service, task.slot, release, now, task.attempt + 1, after_s=self.timings.restart_s)

    def _roll_back(self, service: Service, previous: Release, now: float) -> None:
        broken, service.release = service.release, previous
        service.updating, service.waiting, service.previous = False, [], None
        for task in [t for t in service.tasks if t.release is broken and t.desired in WANTED]:
            self._shut_down(service, task, now)
        for slot in range(1, service.replicas + 1):
            if not service.current(slot):
                self._start(service, slot, previous, now)

    # updates and sizes

    def _next_batch(self, service: Service, now: float) -> None:
        size = service.release.parallelism or len(service.waiting)
        batch, service.waiting = service.waiting[:size], service.waiting[size:]
        release = service.release
        for slot in batch:
            old = service.current(slot)
            if release.start_first or not old:
                self._start(service, slot, release, now)
                continue
            for task in old:
                self._shut_down(service, task, now)

            def start(moment: float, slot: int = slot) -> None:
                if self.services.get(service.name) is service and service.release is release:
                    self._start(service, slot, release, moment)

            self._agenda.at(now + self.timings.linger_s, start)

    def _resize(self, service: Service, replicas: int, now: float) -> None:
        service.replicas = replicas
        for task in [t for t in service.tasks if t.slot > replicas]:
            self._shut_down(service, task, now)
        service.tasks = [t for t in service.tasks if t.slot <= replicas or t.finished is None]

    def _shut_down(self, service: Service, task: Task, now: float) -> None:
        if task.desired == "shutdown":
            return
        task.desired = "shutdown"
        if task.started is None:
            task.state, task.since, task.finished = "Shutdown", now, now
            return

        def stopped(moment: float) -> None:
            task.state, task.since, task.finished = "Shutdown", moment, moment
            if task.slot > service.replicas and task in service.tasks:
                service.tasks.remove(task)

        self._agenda.at(now + self.timings.linger_s, stopped)
