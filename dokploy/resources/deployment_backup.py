"""What is run before a release is replaced: a backup that fails stops the deployment before it began."""

from __future__ import annotations

from collections.abc import Sequence

from dokploy import logs
from dokploy.errors import AnswerLost, DokployError
from dokploy.history import ARRIVES_WITHIN_S
from dokploy.polling import WaitEndedError, wait_for
from dokploy.resource import Context
from dokploy.rollout import RolloutError
from dokploy.rows import Row


def run_before(ctx: Context, application: Row, schedules: Sequence[str]) -> None:
    """Run each schedule once, where a container runs that could; RolloutError when one fails."""
    if not schedules or not _runs(ctx, application["appName"]):
        return
    for schedule in schedules:
        ctx.log("progress", "backing up: running the schedule that comes before a deployment")
        result = _run(ctx, schedule)
        if result["status"] != "done":
            raise RolloutError("the backup before it failed", "backup", log=logs.of_record(ctx, result["deploymentId"]))
    ctx.log("info", "the backup before the deployment succeeded")


def _run(ctx: Context, schedule: str) -> Row:
    """The record of one run. Dokploy answers when it has ended, which a large database makes later than any answer
    is waited for; then its record is followed."""
    known = {run["deploymentId"] for run in _records(ctx, schedule)}
    try:
        result: Row = ctx.server.write("schedule.runManually", {"scheduleId": schedule})
        return result
    except AnswerLost as error:
        ctx.log("progress", "backing up: waiting for the end of the schedule's run")

        def begun() -> Row | None:
            return next((run for run in _records(ctx, schedule) if run["deploymentId"] not in known), None)

        def ended() -> Row | None:
            run = begun()
            return run if run is not None and run["status"] != "running" else None

        try:
            wait_for(ctx, begun, at_most_s=ARRIVES_WITHIN_S)
        except WaitEndedError:
            raise RolloutError(f"the backup before it could not be run: {error}", "backup") from error
        try:
            return wait_for(ctx, ended)
        except WaitEndedError as stopped:
            why = "the run was cancelled" if stopped.cancelled else "the time-out passed (timeoutSeconds)"
            raise RolloutError(f"{why} while the backup before it was running", "backup") from None
    except DokployError as error:
        raise RolloutError(f"the backup before it could not be run: {error}", "backup") from error


def _records(ctx: Context, schedule: str) -> list[Row]:
    rows: list[Row] = ctx.server.query("deployment.allByType", id=schedule, type="schedule") or []
    return rows


def _runs(ctx: Context, app_name: str) -> bool:
    listed = ctx.server.query("docker.getContainersByAppLabel", appName=app_name, type="swarm") or []
    return any(row["state"] == "running" for row in listed)
