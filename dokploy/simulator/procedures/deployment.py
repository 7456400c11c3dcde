"""deployment.*: the rows of builds and cron runs, their logs, and the queue."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import not_found
from ..procedure import Call, Router
from ..validation import ID, Number, OneOf

ROUTER = Router("deployment")
_TYPES = ("application", "compose", "server", "schedule", "previewDeployment", "backup", "volumeBackup")


@ROUTER.query("all", applicationId=ID)
def every(call: Call) -> Any:
    """Newest first; an unknown application has none."""
    rows = call.state.of(call.state.deployments, "applicationId", call.data["applicationId"])
    return [dict(row) for row in views.newest_first(rows)]


@ROUTER.query("allByType", id=ID, type=OneOf(values=_TYPES))
def by_type(call: Call) -> Any:
    rows = call.state.of(call.state.deployments, f"{call.data['type']}Id", call.data["id"])
    return [{**row, "rollback": call.state.rollbacks.get(row["rollbackId"])} for row in views.newest_first(rows)]


@ROUTER.query("queueList")
def queue_list(call: Call) -> Any:
    """Newest first, the running one last."""
    queue = call.world.queue
    jobs = [*reversed(queue.waiting), *([queue.active] if queue.active else [])]
    return [job.as_listed(call.state) for job in jobs]


@ROUTER.query("readLogs", deploymentId=ID, tail=Number(default=100, min=1, max=10_000))
def read_logs(call: Call) -> Any:
    if call.data["deploymentId"] not in call.state.deployments:
        raise not_found("Deployment")
    lines = call.state.logs.get(call.data["deploymentId"], "").splitlines(keepends=True)
    return "".join(lines[-call.data["tail"] :])


@ROUTER.mutation("removeDeployment", deploymentId=ID)
def remove(call: Call) -> Any:
    row = call.state.deployments.pop(call.data["deploymentId"], None)
    if row is None:
        raise not_found("Deployment")
    call.state.logs.pop(row["deploymentId"], None)
    return row
