"""The release in Swarm: which containers carry it, and whether they run and are healthy."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NoReturn

from dokploy import dotenv, secrecy, units
from dokploy.errors import DokployError
from dokploy.polling import LONGEST_S, WaitEndedError, wait_for
from dokploy.release import RELEASE_KEY
from dokploy.resource import Context
from dokploy.rollout import LOG_LINES, Cause, RolloutError
from dokploy.rows import Row

SWARM_MONITOR_S = 5.0
"""How long Swarm watches an update where nothing is said."""

ABSENT_FOR_S = 15.0
"""No container of the release for this long, though one was there or a task failed: Swarm has gone back."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """What Docker says of one container. Its environment holds every secret and is not kept."""

    release: str
    task: str
    status: str
    health: str | None
    out_of_memory: bool

    @property
    def serves(self) -> bool:
        return self.status == "running" and self.health in (None, "healthy")


def runs(ctx: Context, application: Row, release: str) -> bool:
    """Whether as many containers of the release as there should be run and are healthy."""
    containers = _containers(ctx, application["appName"])
    serving = sum(container.serves for container in containers if container.release == release)
    return serving >= int(application["replicas"]) > 0


def remember_secrets(ctx: Context, row: Row) -> None:
    """Blank the application's secrets, some of which may stand in Dokploy alone, in the logs that are shown."""
    for column in ("env", "buildArgs", "buildSecrets"):
        for text in secrecy.of_variables(dotenv.parse(row[column] or "")):
            ctx.server.client.remember_secret(text)
    if row["password"]:
        ctx.server.client.remember_secret(row["password"])


def stable_for(application: Row, wanted_s: float | None) -> float:
    """Seconds for which a release has to stay healthy: as asked, or while Swarm watches the update."""
    if wanted_s is not None:
        return wanted_s
    monitor = (application["updateConfigSwarm"] or {}).get("Monitor")
    return SWARM_MONITOR_S if monitor is None else units.seconds(monitor)


def prove(ctx: Context, application: Row, release: str, stable_for_s: float) -> None:
    """Wait until the release serves and has served for `stable_for_s`; RolloutError as soon as it cannot any more."""
    wanted = int(application["replicas"])
    if wanted == 0:
        ctx.log("info", "replicas is 0: nothing is started")
        return
    watch = _Watch(ctx, application, release, wanted, stable_for_s)
    try:
        wait_for(ctx, watch.look)
    except WaitEndedError as stopped:
        if stopped.cancelled:
            raise RolloutError("the run was cancelled while the new release was starting", "stopped") from None
        raise RolloutError(
            "the new release was not healthy within the time-out (timeoutSeconds)",
            "unhealthy",
            log=_log(ctx, application),
        ) from None


class _Watch:
    """One release on its way: starting, healthy, stable, or lost."""

    def __init__(self, ctx: Context, application: Row, release: str, wanted: int, stable_for_s: float) -> None:
        self._ctx, self._application, self._release = ctx, application, release
        self._wanted, self._stable_for_s = wanted, stable_for_s
        self._others = {task["containerId"] for task in _tasks(ctx, application["appName"]) if _has_failed(task)}
        """The tasks that are not this release's: failed before, or seen in a container of another."""
        self._was_there = False
        self._absent_since: float | None = None
        self._serving_since: float | None = None

    def look(self) -> bool | None:
        """True when the release is proved."""
        everything = _containers(self._ctx, self._application["appName"])
        containers = [container for container in everything if container.release == self._release]
        # A program that does not mind the signal to stop ends with an error, which says nothing of its successor.
        self._others |= {container.task for container in everything if container.release != self._release}
        for container in containers:
            if container.health == "unhealthy":
                self._give_up("the health check of the new release fails; Swarm takes it down", "unhealthy")
            if container.out_of_memory:
                self._give_up("the new release was ended for using more than its memory limit", "memory")
        serving = sum(container.serves for container in containers)
        if self._serving_since is not None:
            self._judge_end()
        if serving >= self._wanted:
            return self._watch_stable(serving)
        self._serving_since = None
        self._judge_absence(containers)
        self._ctx.log("progress", f"starting: {serving}/{self._wanted} healthy")
        return None

    def _watch_stable(self, serving: int) -> bool | None:
        now = time.monotonic()
        self._serving_since, self._was_there, self._absent_since = self._serving_since or now, True, None
        left_s = self._stable_for_s - (now - self._serving_since)
        text = f"{serving}/{self._wanted} healthy"
        self._ctx.log("progress", f"running: {text}" if left_s <= 0 else f"watching: {text}, Swarm may still go back")
        if 0 < left_s <= LONGEST_S and not self._ctx.cancelled.wait(left_s):
            # The last look comes when the time is up, not a whole pause later.
            return self.look()
        return True if left_s <= 0 else None

    def _judge_end(self) -> None:
        """A release that was healthy and then ends is bad, also where Swarm starts it again."""
        for task in self._failed():
            self._give_up(f"the new release was healthy and then ended: {self._reason(task)}", _cause(task))

    def _judge_absence(self, containers: list[Container]) -> None:
        failed = self._failed()
        alive = [container for container in containers if container.status not in ("exited", "dead")]
        self._was_there = self._was_there or bool(containers)
        if alive:
            self._absent_since = None
        elif self._was_there or failed:
            self._absent_since = self._absent_since or time.monotonic()
        gone = self._absent_since is not None and time.monotonic() - self._absent_since > ABSENT_FOR_S
        if len(failed) > 1 or gone:
            reason = self._reason(failed[0]) if failed else "its container is gone"
            cause: Cause = _cause(failed[0]) if failed else "crash"
            self._give_up(f"the new release does not stay up: {reason}", cause)

    def _give_up(self, what: str, cause: Cause) -> NoReturn:
        raise RolloutError(what, cause, log=_log(self._ctx, self._application))

    def _failed(self) -> list[Row]:
        tasks = _tasks(self._ctx, self._application["appName"])
        return [task for task in tasks if _has_failed(task) and task["containerId"] not in self._others]

    def _reason(self, task: Row) -> str:
        return self._ctx.server.client.scrub(str(task["error"]).strip('"'))


def _containers(ctx: Context, app_name: str) -> list[Container]:
    listed = ctx.server.query("docker.getContainersByAppLabel", appName=app_name, type="swarm") or []
    found = []
    for row in listed:
        inspected = ctx.server.query("docker.getConfig", containerId=row["containerId"])
        # An id that is gone meanwhile is answered with an empty body.
        if not inspected:
            continue
        state = inspected["State"]
        env = inspected["Config"].get("Env") or []
        found.append(
            Container(
                release=next((entry.partition("=")[2] for entry in env if entry.startswith(f"{RELEASE_KEY}=")), ""),
                # Docker names it <service>.<slot>.<task>.
                task=str(row["name"]).rpartition(".")[2],
                status=state["Status"],
                health=(state.get("Health") or {}).get("Status"),
                out_of_memory=bool(state.get("OOMKilled")) and state["Status"] != "running",
            )
        )
    return found


def _tasks(ctx: Context, app_name: str) -> list[Row]:
    tasks: list[Row] = ctx.server.query("docker.getServiceContainersByAppName", appName=app_name)
    return tasks or []


def _cause(task: Row) -> Cause:
    error = str(task["error"])
    if "unhealthy" in error:
        return "unhealthy"
    # Killed, which nobody does in a container but the kernel that is out of memory.
    return "memory" if "(137)" in error else "crash"


def _has_failed(task: Row) -> bool:
    return str(task.get("currentState", "")).startswith(("Failed", "Rejected"))


def _log(ctx: Context, application: Row) -> str:
    """The last lines that the containers wrote, scrubbed of secrets."""
    try:
        text = ctx.server.query(
            "application.readLogs", applicationId=application["applicationId"], tail=LOG_LINES, since="all"
        )
    except DokployError as error:
        return f"(the log could not be read: {error})"
    return ctx.server.client.scrub(str(text or ""))
