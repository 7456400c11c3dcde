"""What an interrupted run has asked for, found again wherever it has got to.

A release goes from the queue into the history and from there into its containers. It is looked for in that order, so
that it cannot slip past between two looks.
"""

from __future__ import annotations

from collections.abc import Sequence

from dokploy import history, swarm
from dokploy.record import Record
from dokploy.resource import Context
from dokploy.rows import Row
from dokploy.serving import serves


def found_again(ctx: Context, application: Row, release: str) -> Record | None:
    """The job or the record of a release that an earlier run asked for, while it may still come to serve.

    `application`: its row as read before this. None: nothing is left of it, or it has come to nothing.
    """
    id, name = application["applicationId"], application["appName"]
    queue, rows = history.queue(ctx, id), history.records(ctx, id)
    under_way = _under_way(ctx, application, release, queue, rows)
    if under_way is not None:
        return under_way
    latest = Record.latest([row for row in rows if row["status"] != "running"])
    wanted = {task.id for task in swarm.tasks(ctx, name) if task.is_wanted}
    containers = swarm.containers(ctx, name)
    if serves(application, release, containers):
        ctx.log("info", f"release {release} runs already; nothing to deploy")
    elif any(container.release == release and container.may_serve for container in containers):
        ctx.log("info", f"release {release} is starting already; nothing to deploy")
    elif _is_told_of(latest, application, release) and wanted - {container.task for container in containers}:
        ctx.log("info", f"release {release} is being made by Swarm already; nothing to deploy")
    else:
        return None
    return latest or Record(application_id=id, status="done")


def _under_way(
    ctx: Context, application: Row, release: str, queue: Sequence[Row], rows: Sequence[Row]
) -> Record | None:
    """The release in the queue or in the history, where it has not ended badly."""
    if any(release in job["data"].get("titleLog", "") for job in queue):
        known = frozenset(row["deploymentId"] for row in application["deployments"] if row["status"] != "running")
        asked = Record(application_id=application["applicationId"], title=f"[{release}]", known=known)
        found = asked.among(rows) or asked
        return None if found.status in ("error", "cancelled") else found
    running = [Record.of(row) for row in rows if row["status"] == "running"]
    titled = [record for record in running if release in record.title]
    for record in (titled or running)[:1]:
        # Not in the queue, it has ended meanwhile, or Dokploy gave it up and will never say so.
        if queue or not history.still_runs(ctx, record):
            return record
    return None


def _is_told_of(latest: Record | None, application: Row, release: str) -> bool:
    """Whether Swarm has been told of the release, so that what it makes is of it."""
    if latest is None or latest.status != "done":
        return False
    # A build writes its commit's message over the title.
    return release in latest.title or application["sourceType"] != "docker"
