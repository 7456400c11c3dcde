"""What is run before a release is replaced: a backup that fails stops the deployment before it began."""

from __future__ import annotations

from collections.abc import Sequence

from dokploy.errors import DokployError
from dokploy.resource import Context
from dokploy.rollout import LOG_LINES, RolloutError
from dokploy.rows import Row


def run_before(ctx: Context, application: Row, schedules: Sequence[str]) -> None:
    """Run each schedule once, where a container runs that could; RolloutError when one fails."""
    if not schedules or not _runs(ctx, application["appName"]):
        return
    for schedule in schedules:
        ctx.log("progress", "backing up: running the schedule that comes before a deployment")
        try:
            result = ctx.server.write("schedule.runManually", {"scheduleId": schedule})
        except DokployError as error:
            raise RolloutError(f"the backup before it could not be run: {error}", "backup") from error
        if result["status"] != "done":
            raise RolloutError("the backup before it failed", "backup", log=_log(ctx, result["deploymentId"]))
    ctx.log("info", "the backup before the deployment succeeded")


def _runs(ctx: Context, app_name: str) -> bool:
    listed = ctx.server.query("docker.getContainersByAppLabel", appName=app_name, type="swarm") or []
    return any(row["state"] == "running" for row in listed)


def _log(ctx: Context, deployment_id: str) -> str:
    try:
        text = ctx.server.query("deployment.readLogs", deploymentId=deployment_id, tail=LOG_LINES)
    except DokployError as error:
        return f"(the log could not be read: {error})"
    return ctx.server.client.scrub(str(text or ""))
