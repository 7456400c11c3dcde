"""The release in Swarm: which containers carry it, and whether they run and are healthy."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from dokploy.errors import DokployError
from dokploy.polling import WaitEndedError, wait_for
from dokploy.release import RELEASE_KEY
from dokploy.resource import Context
from dokploy.rollout import LOG_LINES, RolloutError

ABSENT_FOR_S = 15.0
"""No container of the release for this long, though one was there or a task failed: Swarm has gone back."""


@dataclass(frozen=True, kw_only=True)
class Container:
    """What Docker says of one container of the release. Its environment holds every secret and is not kept."""

    id: str
    status: str
    health: str | None
    exit_code: int

    @property
    def serves(self) -> bool:
        return self.status == "running" and self.health in (None, "healthy")


def runs(ctx: Context, application: dict[str, Any], release: str) -> bool:
    """Whether as many containers of the release as there should be run and are healthy."""
    containers = _containers(ctx, application["appName"], release)
    serving = sum(container.serves for container in containers)
    return serving >= int(application["replicas"]) > 0


def prove(ctx: Context, application: dict[str, Any], release: str) -> None:
    """Wait until the release serves; RolloutError as soon as it cannot any more."""
    app_name, wanted = application["appName"], application["replicas"]
    if wanted == 0:
        ctx.log("info", "replicas is 0: nothing is started")
        return
    seen_before = {task["containerId"] for task in _tasks(ctx, app_name) if _has_failed(task)}
    absent_since: float | None = None
    was_there = False

    def look() -> bool | None:
        nonlocal absent_since, was_there
        containers = _containers(ctx, app_name, release)
        serving = sum(container.serves for container in containers)
        if serving >= wanted:
            ctx.log("progress", f"running: {serving}/{wanted} healthy")
            return True
        for container in containers:
            if container.health == "unhealthy":
                raise RolloutError(
                    "the health check of the new release fails; Swarm takes it down",
                    log=_log(ctx, application),
                )
        failed = [
            task for task in _tasks(ctx, app_name) if _has_failed(task) and task["containerId"] not in seen_before
        ]
        alive = [container for container in containers if container.status not in ("exited", "dead")]
        was_there = was_there or bool(containers)
        if alive:
            absent_since = None
        elif was_there or failed:
            absent_since = absent_since or time.monotonic()
        if len(failed) > 1 or (absent_since and time.monotonic() - absent_since > ABSENT_FOR_S):
            reason = failed[0]["error"].strip('"') if failed else "its container is gone"
            raise RolloutError(
                f"the new release does not stay up: {ctx.server.client.scrub(reason)}",
                log=_log(ctx, application),
            )
        ctx.log("progress", f"starting: {serving}/{wanted} healthy")
        return None

    try:
        wait_for(ctx, look)
    except WaitEndedError as stopped:
        if stopped.cancelled:
            raise RolloutError("the run was cancelled while the new release was starting") from None
        raise RolloutError(
            "the new release was not healthy within the time-out (timeoutSeconds)", log=_log(ctx, application)
        ) from None


def _containers(ctx: Context, app_name: str, release: str) -> list[Container]:
    listed = ctx.server.query("docker.getContainersByAppLabel", appName=app_name, type="swarm") or []
    found = []
    for row in listed:
        inspected = ctx.server.query("docker.getConfig", containerId=row["containerId"])
        # An id that is gone meanwhile is answered with an empty body.
        if not inspected or f"{RELEASE_KEY}={release}" not in (inspected["Config"].get("Env") or []):
            continue
        state = inspected["State"]
        found.append(
            Container(
                id=row["containerId"],
                status=state["Status"],
                health=(state.get("Health") or {}).get("Status"),
                exit_code=state.get("ExitCode") or 0,
            )
        )
    return found


def _tasks(ctx: Context, app_name: str) -> list[dict[str, Any]]:
    tasks: list[dict[str, Any]] = ctx.server.query("docker.getServiceContainersByAppName", appName=app_name)
    return tasks or []


def _has_failed(task: dict[str, Any]) -> bool:
    return str(task.get("currentState", "")).startswith(("Failed", "Rejected"))


def _log(ctx: Context, application: dict[str, Any]) -> str:
    """The last lines that the containers wrote, scrubbed of secrets."""
    try:
        text = ctx.server.query(
            "application.readLogs", applicationId=application["applicationId"], tail=LOG_LINES, since="all"
        )
    except DokployError as error:
        return f"(the log could not be read: {error})"
    return ctx.server.client.scrub(str(text or ""))
