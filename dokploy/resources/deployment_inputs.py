"""What a deployment is given, and what is told of it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dokploy.fields import Id
from dokploy.probe import Target
from dokploy.resource import Model, State, Trait


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
        description="`done`: a container of the release runs and is healthy; `failed`: it does not, and the next `up` "
        "deploys anew; `unproved`: it was still starting or could not be reached, and the next `up` looks at it again; "
        "`rolled back`: somebody went back to an earlier release."
    )
    image_or_commit: str = Field(description="The image, or the commit that Dokploy built.")


DeploymentState = State[DeploymentInputs, DeploymentOutputs]
