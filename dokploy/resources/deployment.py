"""A deployment of an application, done when a container of this very release runs and is healthy."""

from __future__ import annotations

import time
from dataclasses import replace

from dokploy.deadline import Deadline
from dokploy.errors import Conflict, NotFound
from dokploy.history import ENDED, follow, reload, start
from dokploy.probe import prove_from_outside
from dokploy.record import Record
from dokploy.release import belongs_to, content_digits, new_release, release_of, source_of, was_left
from dokploy.resource import Context, InitializationFailedError, Resource, State
from dokploy.resources.deployment_backup import run_before
from dokploy.resources.deployment_changes import (
    deploys_nothing,
    gone_back,
    has_failed,
    is_decided,
    is_settled,
    needs_no_build,
    rollback_note,
)
from dokploy.resources.deployment_inputs import DeploymentInputs, DeploymentOutputs, DeploymentState
from dokploy.rollout import RolloutError
from dokploy.rows import Row
from dokploy.serving import prove, remember_secrets, stable_for, tasks_before
from dokploy.takeover import found_again


class Deployment(Resource[DeploymentInputs, DeploymentOutputs]):
    """Deploys an application whenever a trigger changes, and waits until the new release runs.

    Dokploy calls a deployment done when Swarm has taken the specification, also when the release then crashes and
    Swarm goes back. This resource follows the release into its containers: a failed build, a crash, or a health check
    that fails makes the update fail, with the last lines of the log, and the next `up` deploys again.
    Deleting it does nothing; deleting the application stops it.
    """

    name = "Deployment"
    Inputs = DeploymentInputs
    Outputs = DeploymentOutputs

    def create(self, ctx: Context, inputs: DeploymentInputs) -> DeploymentState:
        return self._deploy(ctx, None, inputs)

    def read(
        self, ctx: Context, id: str, inputs: DeploymentInputs | None, outputs: DeploymentOutputs | None
    ) -> DeploymentState | None:
        try:
            row = ctx.server.read("application.one", applicationId=id)
        except NotFound:
            return None
        if inputs is not None and outputs is not None:
            # Dokploy keeps about ten records an application: one that was pruned is no drift.
            return State(id=id, inputs=inputs, outputs=gone_back(row) or outputs)
        done = [record for record in row["deployments"] if record["status"] == "done"]
        if not done:
            return None
        newest = Record.of(max(done, key=lambda record: str(record["createdAt"])))
        outputs = DeploymentOutputs(
            deployment_id=newest.id,
            release=release_of(row) or "",
            status="done",
            image_or_commit=newest.commit or row["dockerImage"] or "",
        )
        return State(id=id, inputs=DeploymentInputs(application_id=id), outputs=outputs)

    def update(self, ctx: Context, state: DeploymentState, inputs: DeploymentInputs) -> DeploymentState:
        if deploys_nothing(state, inputs):
            return State(id=state.id, inputs=inputs, outputs=state.outputs)
        row = ctx.server.query("application.one", applicationId=inputs.application_id)
        if is_settled(ctx, state, inputs, row):
            ctx.log("info", f"release {state.outputs.release} runs with this source and these settings already")
            return State(id=state.id, inputs=inputs, outputs=state.outputs)
        self._refuse_what_was_left(row, state, inputs)
        return self._deploy(ctx, state, inputs)

    def delete(self, ctx: Context, state: DeploymentState) -> None:
        return

    def unknown_outputs(self, state: DeploymentState | None, inputs: DeploymentInputs) -> set[str]:
        if state is not None and deploys_nothing(state, inputs):
            return set()
        return set(self.schema_outputs())

    def preview_note(self, state: DeploymentState, inputs: DeploymentInputs) -> str:
        return rollback_note(state, inputs)

    def _refuse_what_was_left(self, row: Row, state: DeploymentState, inputs: DeploymentInputs) -> None:
        """A release that somebody went back from comes back by a decision only, not with the next change."""
        source = source_of(row)
        if was_left(release_of(row), source) and not is_decided(state.inputs.triggers, inputs.triggers):
            raise Conflict(
                f"{source} was rolled back and is not deployed again: give the application another source, or, where "
                "this one has been mended, change the revision (app.revision) too"
            )

    def _deploy(self, ctx: Context, before: DeploymentState | None, inputs: DeploymentInputs) -> DeploymentState:
        began = time.monotonic()
        ctx = replace(ctx, deadline=Deadline(min(ctx.deadline.at, Deadline.after(inputs.timeout_seconds).at)))
        row = ctx.server.query("application.one", applicationId=inputs.application_id)
        remember_secrets(ctx, row)
        digits = content_digits(ctx.urn, inputs.triggers)
        release, record, tasks = release_of(row) or "", None, None
        reloaded = before if before is not None and needs_no_build(before, inputs.triggers) else None
        try:
            # An interrupted run may have deployed this already, or may still be at it; what failed is done with.
            if belongs_to(release, digits) and not has_failed(before, release):
                record = found_again(ctx, row, release)
            taken_up = record is not None
            if not taken_up:
                run_before(ctx, row, inputs.run_before)
                tasks = tasks_before(ctx, row)
                release = new_release(digits)
                if reloaded is not None:
                    reload(ctx, row, release)
                else:
                    record = start(ctx, row, f"{inputs.title} [{release}]", release)
            if record is not None and record.status not in ENDED:
                record = follow(ctx, record, of_image=row["sourceType"] == "docker")
            prove(ctx, row, release, stable_for(row, inputs.stable_seconds), tasks)
            if inputs.probe is not None:
                # How old a release may be that an interrupted run began, this run cannot know.
                prove_from_outside(ctx, inputs.probe.target, inputs.probe.timeout_seconds, None if taken_up else began)
        except RolloutError as failure:
            status = "failed" if failure.is_final else "unproved"
            failed = self._state(inputs, release, status, failure.record or record, row, reloaded)
            raise InitializationFailedError(failed, _explained(ctx, failure, row, release)) from failure
        return self._state(inputs, release, "done", record, row, reloaded)

    def _state(
        self,
        inputs: DeploymentInputs,
        release: str,
        status: str,
        record: Record | None,
        application: Row,
        reloaded: DeploymentState | None,
    ) -> DeploymentState:
        before = reloaded.outputs if reloaded is not None and record is None else None
        outputs = DeploymentOutputs(
            deployment_id=record.id if record else before.deployment_id if before else "",
            release=release,
            status=status,
            image_or_commit=(record and record.commit)
            or (before and before.image_or_commit)
            or application["dockerImage"]
            or "",
        )
        return State(id=inputs.application_id, inputs=inputs, outputs=outputs)


def _explained(ctx: Context, failure: RolloutError, application: Row, release: str) -> str:
    """The failure's text; another deployment that came in between is named as the reason."""
    now = ctx.server.query("application.one", applicationId=application["applicationId"])
    if release and release_of(now) not in (None, release) and failure.cause != "backup":
        text = "another deployment of the same application took its place meanwhile"
        return RolloutError(text, "superseded", log=failure.log).text(application["name"])
    return failure.text(application["name"])
