"""A deployment in Dokploy: started, found again, and followed to the end of its record."""

from __future__ import annotations

import time
from typing import Any

from dokploy import dotenv, logs
from dokploy.errors import AnswerLost
from dokploy.polling import WaitEndedError, wait_for
from dokploy.record import Record
from dokploy.release import RELEASE_KEY
from dokploy.resource import Context
from dokploy.rollout import Cause, RolloutError
from dokploy.rows import Row

APPEARS_WITHIN_S = 15.0
"""A job that is neither queued nor recorded for this long was lost: Dokploy keeps its queue in memory."""

STUCK_AFTER_S = 30.0
"""How often a running record is compared with the queue: when Dokploy loses its database at the wrong moment, the
record says running for ever."""

ENDED = ("done", "error", "cancelled")

ARRIVES_WITHIN_S = 3.0
"""A request whose answer was lost shows up within this time, or was never received."""


def follow(ctx: Context, asked: Record, *, of_image: bool) -> Record:
    """Wait until the record has ended; RolloutError unless it is done. `of_image`: pulled, not built."""
    record, appeared_by = asked, time.monotonic() + APPEARS_WITHIN_S
    doing = "pulling" if of_image else "building"
    trusted_until = time.monotonic() + STUCK_AFTER_S

    def look() -> Record | None:
        nonlocal record, appeared_by, trusted_until
        found = _find(ctx, record)
        if found is not None:
            record = found
            ctx.log("progress", f"{doing}: Dokploy's deployment is {record.status}")
            if record.status == "running" and time.monotonic() > trusted_until:
                if not queue(ctx, record.application_id) and still_runs(ctx, record):
                    what = "Dokploy has given it up although its record says running"
                    raise RolloutError(what, "interrupted", log=logs.of_record(ctx, record.id), record=record)
                trusted_until = time.monotonic() + STUCK_AFTER_S
            return record if record.status in ENDED else None
        jobs = queue(ctx)
        ours = [job for job in jobs if job["data"].get("applicationId") == record.application_id]
        if ours:
            appeared_by = time.monotonic() + APPEARS_WITHIN_S
            ctx.log("progress", f"queued: {len(jobs)} deployment(s) waiting or running on the server")
        elif time.monotonic() > appeared_by:
            what = "Dokploy lost it: neither in its queue nor in its history; was the server restarted?"
            raise RolloutError(what, "interrupted")
        return None

    try:
        ended = wait_for(ctx, look)
    except WaitEndedError as stopped:
        log = logs.of_record(ctx, record.id) if record.id and not stopped.cancelled else ""
        raise RolloutError(_stopped(stopped), "stopped", log=log, record=record if record.id else None) from None
    if ended.status == "cancelled":
        text = "Dokploy cancelled it, which it does when its server restarts"
        raise RolloutError(text, "interrupted", log=logs.of_record(ctx, ended.id), record=ended)
    if ended.status == "error":
        what: tuple[str, Cause] = ("the image pull failed", "pull") if of_image else ("the build failed", "build")
        raise RolloutError(*what, log=logs.of_record(ctx, ended.id), record=ended)
    return ended


def start(ctx: Context, application: dict[str, Any], title: str, release: str) -> Record:
    """Put the release into the application's variables and ask for a deployment, once."""
    id = application["applicationId"]
    mark(ctx, application, release)
    record = Record(
        application_id=id,
        title=title,
        known=frozenset(row["deploymentId"] for row in application["deployments"]),
    )
    # Builds overwrite the description with their commit.
    ask = {"applicationId": id, "title": title, "description": application["dockerImage"] or ""}
    if application["sourceType"] != "docker":
        del ask["description"]
    try:
        ctx.server.write("application.deploy", ask)
    except AnswerLost:
        # The job is there if the request arrived as a whole; if not, asking again doubles nothing.
        if not _arrived(ctx, record):
            ctx.server.write("application.deploy", ask)
    return record


def reload(ctx: Context, application: dict[str, Any], release: str) -> None:
    """Have Swarm start the present image anew with the present settings: no build, and no record."""
    mark(ctx, application, release)
    body = {"applicationId": application["applicationId"], "appName": application["appName"]}
    ctx.server.write("application.reload", body, repeatable=True)


def mark(ctx: Context, application: dict[str, Any], release: str) -> None:
    """Put the release into the application's variables, where its containers will find it."""
    env = {**dotenv.parse(application["env"] or ""), RELEASE_KEY: release}
    body = {"applicationId": application["applicationId"], "env": dotenv.dump(env, allow_references=True)}
    ctx.server.write("application.update", body, repeatable=True)


def queue(ctx: Context, application_id: str | None = None) -> list[Row]:
    """The jobs that wait or are at work, of one application or of all."""
    jobs = ctx.server.query("deployment.queueList") or []
    return [job for job in jobs if application_id in (None, job["data"].get("applicationId"))]


def records(ctx: Context, application_id: str) -> list[Row]:
    """The application's history."""
    return ctx.server.query("deployment.all", applicationId=application_id) or []


def still_runs(ctx: Context, record: Record) -> bool:
    """Whether the record says so now."""
    found = _find(ctx, record)
    return found is not None and found.status == "running"


def _find(ctx: Context, record: Record) -> Record | None:
    return record.among(records(ctx, record.application_id))


def _arrived(ctx: Context, record: Record) -> bool:
    """Whether the job is in the queue or in the history."""

    def look() -> bool | None:
        queued = any(job["data"].get("titleLog") == record.title for job in queue(ctx, record.application_id))
        return True if queued or _find(ctx, record) is not None else None

    try:
        return wait_for(ctx, look, at_most_s=ARRIVES_WITHIN_S)
    except WaitEndedError:
        return False


def _stopped(stopped: WaitEndedError) -> str:
    if stopped.cancelled:
        return "the run was cancelled while Dokploy was still at it; the next update picks it up"
    return "it did not end within the time-out (timeoutSeconds); the next update picks it up"
