"""A deployment of an application, done when a container of this very release runs and is healthy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from dokploy import dotenv, secrecy, units
from dokploy.deadline import Deadline
from dokploy.errors import NotFound
from dokploy.fields import Id
from dokploy.polling import WaitEndedError, wait_for
from dokploy.probe import Target, problem, since
from dokploy.release import belongs_to, content_digits, new_release, same_build
from dokploy.resource import Context, InitializationFailedError, Model, Resource, State, Trait
from dokploy.resources.application_row import release_of
from dokploy.resources.deployment_backup import run_before
from dokploy.resources.deployment_record import ENDED, Record, reload, start
from dokploy.resources.deployment_release import prove, runs
from dokploy.rollout import RolloutError
from dokploy.rows import Row

SWARM_MONITOR_S = 5.0
"""How long Swarm watches an update where nothing is said."""


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
    status: str = Field(description="`done`: a container of the release runs and is healthy; else `failed`.")
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
            return State(id=id, inputs=inputs, outputs=outputs)
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
        return self._deploy(ctx, inputs, reload_from=state if needs_no_build(state, inputs.triggers) else None)

    def delete(self, ctx: Context, state: DeploymentState) -> None:
        return

    def unknown_outputs(self, state: DeploymentState | None, inputs: DeploymentInputs) -> set[str]:
        if state is not None and _deploys_nothing(state, inputs):
            return set()
        return set(self.schema_outputs())

    def _deploy(
        self, ctx: Context, inputs: DeploymentInputs, *, reload_from: DeploymentState | None = None
    ) -> DeploymentState:
        began = time.monotonic()
        ctx = replace(ctx, deadline=Deadline(min(ctx.deadline.at, Deadline.after(inputs.timeout_seconds).at)))
        row = ctx.server.query("application.one", applicationId=inputs.application_id)
        _remember_secrets(ctx, row)
        digits = content_digits(ctx.urn, inputs.triggers)
        release, record = release_of(row) or "", None
        try:
            # An interrupted run may have deployed this already, or may still be at it.
            going_on = belongs_to(release, digits) and not runs(ctx, row, release)
            if going_on:
                record = Record.ongoing(ctx, row, release)
            elif belongs_to(release, digits):
                record = Record.latest(row)
                ctx.log("info", f"release {release} runs already; nothing to deploy")
            if record is None:
                run_before(ctx, row, inputs.run_before)
                release = new_release(digits)
                if reload_from is not None:
                    reload(ctx, row, release)
                else:
                    record = start(ctx, row, f"{inputs.title} [{release}]", release)
            if record is not None and record.status not in ENDED:
                record = record.follow(ctx, of_image=row["sourceType"] == "docker")
            prove(ctx, row, release, _stable_for(inputs, row))
            _prove_from_outside(ctx, inputs.probe, began)
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
    return inputs.triggers == state.inputs.triggers and state.outputs.status == "done"


def needs_no_build(state: DeploymentState, triggers: Mapping[str, str]) -> bool:
    """Whether all that changed are generations whose build half is the same: a reload is enough for those."""
    if state.outputs.status != "done" or state.inputs.triggers.keys() != triggers.keys():
        return False
    changed = [(state.inputs.triggers[key], triggers[key]) for key in triggers]
    return all(old == new or same_build(old, new) for old, new in changed)


def _stable_for(inputs: DeploymentInputs, application: Row) -> float:
    if inputs.stable_seconds is not None:
        return inputs.stable_seconds
    monitor = (application["updateConfigSwarm"] or {}).get("Monitor")
    return SWARM_MONITOR_S if monitor is None else units.seconds(monitor)


def _prove_from_outside(ctx: Context, wanted: Probe | None, began: float) -> None:
    """Ask from outside until the answer is right; RolloutError when the time is up."""
    if wanted is None:
        return
    target = Target(url=wanted.url, address=wanted.address, status=wanted.status, contract=wanted.contract)
    last = ""

    def look() -> bool | None:
        nonlocal last
        last = problem(target, younger_than_s=since(began)) or ""
        ctx.log("progress", f"asking {wanted.url}: {last or 'answers as it should'}")
        return None if last else True

    try:
        wait_for(ctx, look, at_most_s=wanted.timeout_seconds)
    except WaitEndedError as ended:
        if ended.cancelled:
            raise RolloutError("the run was cancelled while the release was asked from outside", "stopped") from None
        within = f"within {wanted.timeout_seconds:g} s"
        raise RolloutError(f"the release runs, but {wanted.url} is not right {within}: {last}", "unreached") from None


def _explained(ctx: Context, failure: RolloutError, application: Row, release: str) -> str:
    """The failure's text; another deployment that came in between is named as the reason."""
    now = ctx.server.query("application.one", applicationId=application["applicationId"])
    if release and release_of(now) not in (None, release) and failure.cause != "backup":
        text = "another deployment of the same application took its place meanwhile"
        return RolloutError(text, "ended", log=failure.log).text(application["name"])
    return failure.text(application["name"])


def _remember_secrets(ctx: Context, row: Row) -> None:
    """Blank the application's secrets, some of which may stand in Dokploy alone, in the logs that are shown."""
    for column in ("env", "buildArgs", "buildSecrets"):
        for text in secrecy.of_variables(dotenv.parse(row[column] or "")):
            ctx.server.client.remember_secret(text)
    if row["password"]:
        ctx.server.client.remember_secret(row["password"])
