"""A deployment of an application, done when a container of this very release runs and is healthy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from dokploy.deadline import Deadline
from dokploy.errors import Conflict, NotFound
from dokploy.fields import Id
from dokploy.history import ENDED, follow, ongoing, reload, start
from dokploy.probe import Target, prove_from_outside
from dokploy.record import Record
from dokploy.release import (
    belongs_to,
    content_digits,
    is_generation,
    is_rollback,
    new_release,
    release_of,
    same_build,
    source_of,
    was_left,
)
from dokploy.resource import Context, InitializationFailedError, Model, Resource, State, Trait
from dokploy.resources.deployment_backup import run_before
from dokploy.rollout import RolloutError
from dokploy.rows import Row
from dokploy.serving import prove, remember_secrets, runs, stable_for

ROLLED_BACK = "rolled back"


class Probe(Model):
    """A request from outside, repeated until the answer is right or the time is up."""

    url: str = Field(pattern=r"^https?://", description="Public address of the health endpoint.")
    address: str | None = Field(
        None,
        pattern=r"^https?://[^/]+$",
        description="Where to connect in place of the URL's host, such as `http://10.0.0.1:80`, where there is no "
        "public DNS. The URL's host is still asked for.",
    )
    status: int = Field(200, ge=100, le=599, description="Expected HTTP status.")
    contract: Literal["any", "health"] = Field(
        "any",
        description="`health`: the body is JSON with status ok, timestamp and an uptime below the deployment's age.",
    )
    timeout_seconds: Annotated[float, Field(gt=0)] = Field(300, description="Seconds until the first right answer.")

    @property
    def target(self) -> Target:
        return Target(url=self.url, address=self.address, status=self.status, contract=self.contract)


class DeploymentInputs(Model):
    """What is deployed, and when again."""

    application_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the application.")
    triggers: dict[str, str] = Field(
        default_factory=dict,
        description="Any change of these deploys again: the application's `generation`, its volumes, a revision.",
    )
    title: str = Field("Pulumi", min_length=1, max_length=200, description="Title shown in Dokploy's history.")
    timeout_seconds: Annotated[float, Field(gt=0)] = Field(
        600,
        description="Seconds until the release has to run: waiting in the queue, build and start together.",
    )
    stable_seconds: Annotated[float | None, Field(ge=0)] = Field(
        None,
        description="Seconds for which the release has to stay healthy. Where nothing is said, the monitor time of the "
        "application's update policy, in which Swarm may still go back; 5 without one.",
    )
    run_before: list[Id] = Field(
        default_factory=list,
        description="Ids of schedules that are run once, and have to succeed, before a running release is replaced, "
        "such as the application's backup.",
    )
    probe: Probe | None = Field(None, description="Proof from outside, after the release runs.")


class DeploymentOutputs(Model):
    """What became of it."""

    deployment_id: str = Field(description="Id of Dokploy's record of the deployment; empty where it never began.")
    release: str = Field(description="Id that the containers of this deployment carry in DOKPLOY_RELEASE.")
    status: str = Field(
        description="`done`: a container of the release runs and is healthy; `rolled back`: somebody went back to an "
        "earlier release; else `failed`."
    )
    image_or_commit: str = Field(description="The image, or the commit that Dokploy built.")


DeploymentState = State[DeploymentInputs, DeploymentOutputs]


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
        return self._deploy(ctx, inputs)

    def read(
        self, ctx: Context, id: str, inputs: DeploymentInputs | None, outputs: DeploymentOutputs | None
    ) -> DeploymentState | None:
        try:
            row = ctx.server.read("application.one", applicationId=id)
        except NotFound:
            return None
        if inputs is not None and outputs is not None:
            # Dokploy keeps about ten records an application: one that was pruned is no drift.
            return State(id=id, inputs=inputs, outputs=_gone_back(row) or outputs)
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
        if _deploys_nothing(state, inputs):
            return State(id=state.id, inputs=inputs, outputs=state.outputs)
        self._refuse_what_was_left(ctx, state, inputs)
        return self._deploy(ctx, inputs, reload_from=state if needs_no_build(state, inputs.triggers) else None)

    def delete(self, ctx: Context, state: DeploymentState) -> None:
        return

    def unknown_outputs(self, state: DeploymentState | None, inputs: DeploymentInputs) -> set[str]:
        if state is not None and _deploys_nothing(state, inputs):
            return set()
        return set(self.schema_outputs())

    def _refuse_what_was_left(self, ctx: Context, state: DeploymentState, inputs: DeploymentInputs) -> None:
        """A release that somebody went back from comes back by a decision only, not with the next change."""
        row = ctx.server.query("application.one", applicationId=inputs.application_id)
        source = source_of(row)
        if was_left(release_of(row), source) and not _decided(state.inputs.triggers, inputs.triggers):
            raise Conflict(
                f"{source} was rolled back and is not deployed again: give the application another source, or, where "
                "this one has been mended, change the revision (app.revision) too"
            )

    def _deploy(
        self, ctx: Context, inputs: DeploymentInputs, *, reload_from: DeploymentState | None = None
    ) -> DeploymentState:
        began = time.monotonic()
        ctx = replace(ctx, deadline=Deadline(min(ctx.deadline.at, Deadline.after(inputs.timeout_seconds).at)))
        row = ctx.server.query("application.one", applicationId=inputs.application_id)
        remember_secrets(ctx, row)
        digits = content_digits(ctx.urn, inputs.triggers)
        release, record = release_of(row) or "", None
        try:
            # An interrupted run may have deployed this already, or may still be at it.
            taken_up = belongs_to(release, digits)
            if taken_up and runs(ctx, row, release):
                record = Record.latest(row)
                ctx.log("info", f"release {release} runs already; nothing to deploy")
            elif taken_up:
                record = ongoing(ctx, row, release)
                taken_up = record is not None
            if not taken_up:
                run_before(ctx, row, inputs.run_before)
                release = new_release(digits)
                if reload_from is not None:
                    reload(ctx, row, release)
                else:
                    record = start(ctx, row, f"{inputs.title} [{release}]", release)
            if record is not None and record.status not in ENDED:
                record = follow(ctx, record, of_image=row["sourceType"] == "docker")
            prove(ctx, row, release, stable_for(row, inputs.stable_seconds))
            if inputs.probe is not None:
                # How old a release may be that an interrupted run began, this run cannot know.
                prove_from_outside(ctx, inputs.probe.target, inputs.probe.timeout_seconds, None if taken_up else began)
        except RolloutError as failure:
            failed = self._state(inputs, release, "failed", failure.record or record, row, reload_from)
            raise InitializationFailedError(failed, _explained(ctx, failure, row, release)) from failure
        return self._state(inputs, release, "done", record, row, reload_from)

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


def _deploys_nothing(state: DeploymentState, inputs: DeploymentInputs) -> bool:
    return inputs.triggers == state.inputs.triggers and state.outputs.status in ("done", ROLLED_BACK)


def _gone_back(application: Row) -> DeploymentOutputs | None:
    """What somebody went back to, where they did; the program's own deployment has been left then."""
    release = release_of(application)
    if release is None or not is_rollback(release):
        return None
    of_image = application["sourceType"] == "docker"
    return DeploymentOutputs(
        deployment_id="",
        release=release,
        status=ROLLED_BACK,
        # For a source that is built, the id ends with the commit.
        image_or_commit=application["dockerImage"] if of_image else release.rpartition("-")[2],
    )


def _decided(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether something was changed that stands in the program as a trigger, and no generation that follows."""
    return any(old.get(key) != text and not is_generation(text) for key, text in new.items())


def needs_no_build(state: DeploymentState, triggers: Mapping[str, str]) -> bool:
    """Whether all that changed are generations whose build half is the same: a reload is enough for those."""
    if state.outputs.status != "done" or state.inputs.triggers.keys() != triggers.keys():
        return False
    changed = [(state.inputs.triggers[key], triggers[key]) for key in triggers]
    return all(old == new or same_build(old, new) for old, new in changed)


def _explained(ctx: Context, failure: RolloutError, application: Row, release: str) -> str:
    """The failure's text; another deployment that came in between is named as the reason."""
    now = ctx.server.query("application.one", applicationId=application["applicationId"])
    if release and release_of(now) not in (None, release) and failure.cause != "backup":
        text = "another deployment of the same application took its place meanwhile"
        return RolloutError(text, "ended", log=failure.log).text(application["name"])
    return failure.text(application["name"])
