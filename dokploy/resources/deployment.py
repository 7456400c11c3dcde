"""A deployment of an application, done when a container of this very release runs and is healthy."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from dokploy import dotenv, secrecy
from dokploy.deadline import Deadline
from dokploy.errors import NotFound
from dokploy.fields import Id
from dokploy.release import belongs_to, content_digits, new_release
from dokploy.resource import Context, InitializationFailedError, Model, Resource, State, Trait
from dokploy.resources.application_row import release_of
from dokploy.resources.deployment_record import Record, start
from dokploy.resources.deployment_release import prove, runs
from dokploy.rollout import RolloutError


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
        if inputs.triggers == state.inputs.triggers and state.outputs.status == "done":
            return State(id=state.id, inputs=inputs, outputs=state.outputs)
        return self._deploy(ctx, inputs)

    def delete(self, ctx: Context, state: DeploymentState) -> None:
        return

    def unknown_outputs(self, state: DeploymentState | None, inputs: DeploymentInputs) -> set[str]:
        if state is not None and inputs.triggers == state.inputs.triggers and state.outputs.status == "done":
            return set()
        return set(self.schema_outputs())

    def _deploy(self, ctx: Context, inputs: DeploymentInputs) -> DeploymentState:
        deadline = Deadline(min(ctx.deadline.at, Deadline.after(inputs.timeout_seconds).at))
        ctx = Context(server=ctx.server, urn=ctx.urn, deadline=deadline, cancelled=ctx.cancelled, log=ctx.log)
        row = ctx.server.query("application.one", applicationId=inputs.application_id)
        _remember_secrets(ctx, row)
        digits = content_digits(ctx.urn, inputs.triggers)
        release, record = release_of(row) or "", None
        if belongs_to(release, digits):
            # An interrupted run deployed this already, or is still at it.
            if runs(ctx, row, release):
                ctx.log("info", f"release {release} runs already; nothing to deploy")
                return self._state(inputs, release, "done", Record.latest(row), row["dockerImage"])
            record = Record.ongoing(ctx, row, release)
        try:
            if record is None:
                release = new_release(digits)
                record = start(ctx, row, f"{inputs.title} [{release}]", release)
            record = record.follow(ctx)
            prove(ctx, row, release)
        except RolloutError as failure:
            failed = self._state(inputs, release, "failed", failure.record or record, row["dockerImage"])
            raise InitializationFailedError(failed, failure.text(row["name"])) from failure
        return self._state(inputs, release, "done", record, row["dockerImage"])

    def _state(
        self, inputs: DeploymentInputs, release: str, status: str, record: Record | None, image: str | None
    ) -> DeploymentState:
        outputs = DeploymentOutputs(
            deployment_id=record.id if record else "",
            release=release,
            status=status,
            image_or_commit=(record and record.commit) or image or "",
        )
        return State(id=inputs.application_id, inputs=inputs, outputs=outputs)


def _remember_secrets(ctx: Context, row: dict[str, Any]) -> None:
    """Blank the application's secrets, some of which may stand in Dokploy alone, in the logs that are shown."""
    for column in ("env", "buildArgs", "buildSecrets"):
        for text in secrecy.of_variables(dotenv.parse(row[column] or "")):
            ctx.server.client.remember_secret(text)
    if row["password"]:
        ctx.server.client.remember_secret(row["password"])
