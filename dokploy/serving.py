"""The release in Swarm: whether its containers run, are healthy, and stay so."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import NoReturn

from dokploy import dotenv, logs, secrecy, swarm, units
from dokploy.polling import LONGEST_S, WaitEndedError, wait_for
from dokploy.resource import Context
from dokploy.rollout import Cause, RolloutError
from dokploy.rows import Row
from dokploy.swarm import Container, Task

SWARM_MONITOR_S = 5.0
"""How long Swarm watches an update where nothing is said."""

UNWANTED_FOR_S = 3.0
"""Swarm wants no task of the release for this long: it has gone back, or given up."""

ABSENT_FOR_S = 15.0
"""No container of the release for this long, though one was there or a task ended, and Swarm still wants one."""


def runs(ctx: Context, application: Row, release: str) -> bool:
    """Whether as many containers of the release as there should be run and are healthy."""
    return serves(application, release, swarm.containers(ctx, application["appName"]))


def serves(application: Row, release: str, containers: Iterable[Container]) -> bool:
    """The same of containers that were looked at already."""
    serving = sum(container.serves for container in containers if container.release == release)
    return serving >= int(application["replicas"]) > 0


def tasks_before(ctx: Context, application: Row) -> frozenset[str]:
    """The tasks that are there before a release is asked for: none of them is its own."""
    return frozenset(task.id for task in swarm.tasks(ctx, application["appName"]))


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


def prove(
    ctx: Context, application: Row, release: str, stable_for_s: float, before: frozenset[str] | None = None
) -> None:
    """Wait until the release serves and has served for `stable_for_s`; RolloutError as soon as it cannot any more.

    `before`: the tasks that were there before it was asked for; None where an earlier run has asked.
    """
    wanted = int(application["replicas"])
    if wanted == 0:
        ctx.log("info", "replicas is 0: nothing is started")
        return
    watch = _Watch(ctx, application, release, wanted, stable_for_s, before)
    try:
        wait_for(ctx, watch.look)
    except WaitEndedError as stopped:
        if stopped.cancelled:
            raise RolloutError("the run was cancelled while the new release was starting", "stopped") from None
        raise RolloutError(
            "the new release was not healthy within the time-out (timeoutSeconds)",
            "late",
            log=logs.of_containers(ctx, application["applicationId"]),
        ) from None


class _Watch:
    """One release on its way: starting, healthy, stable, or lost."""

    def __init__(
        self,
        ctx: Context,
        application: Row,
        release: str,
        wanted: int,
        stable_for_s: float,
        before: frozenset[str] | None,
    ) -> None:
        self._ctx, self._application, self._release = ctx, application, release
        self._wanted, self._stable_for_s = wanted, stable_for_s
        now = swarm.tasks(ctx, application["appName"])
        self._others = {task.id for task in now if task.ended_by_itself or (before is None and not task.is_wanted)}
        """The tasks that are not this release's: there before it, ended before this, or in a container of another."""
        self._at_once = [task for task in now if task.ended_by_itself and before is not None and task.id not in before]
        """Ended before the first look: this release's, or the last ones of a release that was failing before it."""
        self._others |= before or set()
        self._was_there = False
        self._absent_since: float | None = None
        self._unwanted_since: float | None = None
        self._serving_since: float | None = None
        self._ended_before_serving: set[str] = set()

    def look(self) -> bool | None:
        """True when the release is proved."""
        everything = swarm.containers(self._ctx, self._application["appName"])
        containers = [container for container in everything if container.release == self._release]
        others = [container for container in everything if container.release != self._release]
        # A program that does not mind the signal to stop ends with an error, which says nothing of its successor.
        self._others |= {container.task for container in others}
        for container in containers:
            if container.health == "unhealthy":
                self._give_up("the health check of the new release fails; Swarm takes it down", "unhealthy")
            if container.out_of_memory:
                self._give_up("the new release was ended for using more than its memory limit", "memory")
        serving = sum(container.serves for container in containers)
        # After the containers: a task that came in between is one that Swarm wants.
        tasks = [task for task in swarm.tasks(self._ctx, self._application["appName"]) if task.id not in self._others]
        ended = [task for task in tasks if task.ended_by_itself]
        if self._serving_since is not None:
            for task in ended:
                # Healthy and then ended is bad, also where Swarm starts it again; a stumble before that is not.
                if task.id not in self._ended_before_serving:
                    self._give_up(f"the new release was healthy and then ended: {task.error}", task.cause)
        if serving >= self._wanted:
            return self._watch_stable(serving, ended)
        self._serving_since = None
        self._judge_repetition(ended)
        self._judge_wish(tasks, ended, others)
        self._judge_absence(containers, ended)
        self._ctx.log("progress", f"starting: {serving}/{self._wanted} healthy")
        return None

    def _watch_stable(self, serving: int, ended: list[Task]) -> bool | None:
        now = time.monotonic()
        if self._serving_since is None:
            self._serving_since, self._ended_before_serving = now, {task.id for task in ended}
        self._was_there, self._absent_since, self._unwanted_since = True, None, None
        left_s = self._stable_for_s - (now - self._serving_since)
        text = f"{serving}/{self._wanted} healthy"
        self._ctx.log("progress", f"running: {text}" if left_s <= 0 else f"watching: {text}, Swarm may still go back")
        if 0 < left_s <= LONGEST_S and not self._ctx.cancelled.wait(left_s):
            # The last look comes when the time is up, not a whole pause later.
            return self.look()
        return True if left_s <= 0 else None

    def _judge_repetition(self, ended: list[Task]) -> None:
        if len(ended) > 1:
            self._give_up(f"the new release does not stay up: {ended[0].error}", ended[0].cause)

    def _judge_wish(self, tasks: list[Task], ended: list[Task], others: list[Container]) -> None:
        """Where every task that Swarm still wants belongs to another release, it has gone back or given up."""
        ended = ended or self._at_once
        if any(task.is_wanted for task in tasks) or not (tasks or ended or self._was_there):
            self._unwanted_since = None
            return
        self._unwanted_since = self._unwanted_since or time.monotonic()
        if time.monotonic() - self._unwanted_since > UNWANTED_FOR_S:
            back = ", and Swarm has gone back to the one before" if any(each.serves for each in others) else ""
            reason = ended[0].error if ended else "Swarm has taken it down"
            self._give_up(f"the new release does not stay up{back}: {reason}", ended[0].cause if ended else "crash")

    def _judge_absence(self, containers: list[Container], ended: list[Task]) -> None:
        self._was_there = self._was_there or bool(containers)
        if any(container.status not in ("exited", "dead") for container in containers):
            self._absent_since = None
        elif self._was_there or ended:
            self._absent_since = self._absent_since or time.monotonic()
        if self._absent_since is not None and time.monotonic() - self._absent_since > ABSENT_FOR_S:
            reason = ended[0].error if ended else "its container is gone"
            self._give_up(f"the new release does not stay up: {reason}", ended[0].cause if ended else "crash")

    def _give_up(self, what: str, cause: Cause) -> NoReturn:
        raise RolloutError(what, cause, log=logs.of_containers(self._ctx, self._application["applicationId"]))
