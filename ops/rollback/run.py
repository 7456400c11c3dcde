"""Carries a rollback out and proves it as a deployment is proved: it stays healthy, and it answers from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dokploy.client import DokployClient
from dokploy.deadline import Deadline
from dokploy.history import follow, mark, start
from dokploy.probe import Target, prove_from_outside
from dokploy.release import release_of, rollback_release, settings_digits, source_of
from dokploy.resource import Context, Severity
from dokploy.rollout import RolloutError
from dokploy.server import Server
from dokploy.serving import prove, remember_secrets, stable_for, tasks_before
from ops import errors
from ops.errors import OpsError
from ops.rollback.targets import Candidate
from ops.schedules import runs_of

TIMEOUT_S = 600.0


class RollbackFailedError(OpsError):
    """The earlier release did not come up."""

    code = errors.FAILED


def go_back(
    client: DokployClient,
    application_id: str,
    to: Candidate,
    inputs: Mapping[str, Any],
    say: Callable[[str], None],
) -> str:
    """Return to a deployment; the release that is in the application's row then.

    `inputs` are those of the program's deployment: how long it has to stay healthy, and where it is asked. Raises
    RollbackFailedError when it does not come up or does not answer.
    """

    def log(severity: Severity, text: str) -> None:
        say(text)

    deadline = Deadline.after(float(inputs.get("timeoutSeconds", TIMEOUT_S)))
    ctx = Context(server=Server(client), urn="rollback", deadline=deadline, log=log)
    row = ctx.server.query("application.one", applicationId=application_id)
    remember_secrets(ctx, row)
    before = tasks_before(ctx, row)
    try:
        if to.way == "kept image":
            written, running = _run_kept_image(ctx, row, to)
        else:
            written = running = _run_image(ctx, row, to)
        prove(ctx, row, running, stable_for(row, inputs.get("stableSeconds")), before)
        probe = inputs.get("probe")
        if probe:
            target = Target(
                url=probe["url"], address=probe.get("address"), status=int(probe["status"]), contract=probe["contract"]
            )
            # Its uptime may be that of a container that was started before this run.
            prove_from_outside(ctx, target, float(probe["timeoutSeconds"]), None)
    except RolloutError as failure:
        raise RollbackFailedError(
            failure.text(row["name"], doing="rollback", then="then choose another one with --to ID")
        ) from failure
    return written


def _run_image(ctx: Context, row: dict[str, Any], to: Candidate) -> str:
    """Deploy the image of then through Dokploy, which pulls it again."""
    id = row["applicationId"]
    ctx.server.write("application.update", {"applicationId": id, "dockerImage": to.what}, repeatable=True)
    changed = ctx.server.query("application.one", applicationId=id)
    release = rollback_release(source_of(row), settings=settings_digits(changed))
    follow(ctx, start(ctx, changed, f"Rollback [{release}]", release), of_image=True)
    return release


def _run_kept_image(ctx: Context, row: dict[str, Any], to: Candidate) -> tuple[str, str]:
    """Dokploy's own rollback, in Swarm alone; the row is made to say what runs.

    Two ids: the one in the row, and the one that the containers carry.
    """
    id = row["applicationId"]
    listed = runs_of(ctx.server.query, id, "application")
    kept = next((each["rollback"] for each in listed if each["deploymentId"] == to.id), None)
    if kept is None:
        raise OpsError("Dokploy keeps no image of this deployment any more: choose another one with --to ID")
    then = kept["fullContext"]
    remember_secrets(ctx, then)
    running = release_of(then) or ""
    of_image = row["sourceType"] == "docker"
    release = rollback_release(source_of(row), None if of_image else to.what[:8] or None)
    ctx.server.write("rollback.rollback", {"rollbackId": kept["rollbackId"]}, repeatable=True)
    if of_image:
        image = {"applicationId": id, "dockerImage": then["dockerImage"]}
        ctx.server.write("application.update", image, repeatable=True)
    mark(ctx, row, release)
    return release, running
