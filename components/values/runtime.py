"""How the app's container runs: its check, how it is started again and replaced, and what proves a release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool

from components.fields import MountPath, Name, PositiveSeconds, Seconds, Text, VolumeName, between
from components.values.base import Value
from components.values.sizes import Sizes
from components.values.sources import Build, Rollback, Source


class Volume(Value):
    """A folder that outlives the container."""

    name: Name
    mount_path: MountPath
    volume_name: VolumeName | None = None
    """The Docker volume that holds the data already, where it was not this program that named it."""


class Probe(Value):
    """The check that Swarm runs inside the container (SOP 4.1 and the health check of SOP 2.1).

    A release that never answers is judged unhealthy after start period + interval x retries, by default the
    300 seconds of the SOP. One that answers early counts at once.
    """

    path: Annotated[str, Field(pattern=r"^/[A-Za-z0-9._~/-]*$")] = "/api/health"
    interval_seconds: PositiveSeconds = 10
    timeout_seconds: PositiveSeconds = 10
    start_period_seconds: Seconds = 270
    retries: Annotated[int, AfterValidator(between(1, 20))] = 3

    @property
    def verdict_seconds(self) -> int:
        """The longest time until a release that never answers is judged unhealthy."""
        return self.start_period_seconds + self.interval_seconds * self.retries


class Restart(Value):
    """What Swarm does when the container ends (SOP 2.1: on failure, at most 3 times).

    Attempts are counted within the window; without one they would count for the life of the service.
    """

    condition: Literal["none", "on-failure", "any"] = "on-failure"
    max_attempts: Annotated[int, AfterValidator(between(1, 100))] = 3
    delay_seconds: Seconds = 10
    window_seconds: PositiveSeconds = 1200


class Update(Value):
    """How Swarm replaces a running container, and how long it watches for a failure afterwards."""

    order: Literal["stop-first", "start-first"] = "stop-first"
    parallelism: Annotated[int, AfterValidator(between(1, 100))] = 1
    failure_action: Literal["rollback", "pause", "continue"] = "rollback"
    delay_seconds: Seconds = 0
    monitor_seconds: PositiveSeconds = 45


class Proof(Value):
    """The proof from outside that a new release serves (SOP 4.1)."""

    enabled: StrictBool = True
    contract: Literal["compat", "strict"] = "compat"
    """``strict`` asks for the SOP's body; today's app answers with status 200 and a body of its own."""
    address: Text | None = None
    """Where to connect in place of the host name's own address, such as ``http://10.0.0.1:80``."""
    timeout_seconds: PositiveSeconds = 300


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """How a deployment is carried out and when it counts as done."""

    title: str
    timeout_seconds: int
    stable_seconds: int
    """For which the new release has to stay healthy."""
    url: str | None
    """The public address of the health check; None where nothing is asked from outside."""
    proof: Proof


Shell = Literal["bash", "sh"]


@dataclass(frozen=True, kw_only=True)
class Service:
    """One long-running container as a platform has to run it. Its environment is handed over apart."""

    name: str
    description: str
    source: Source
    build: Build
    revision: str
    """Free text: changing it deploys again."""
    port: int
    """Where it listens inside the container."""
    command: tuple[str, ...]
    """Replaces the image's entry point; empty leaves the image's own."""
    args: tuple[str, ...]
    sizes: Sizes
    replicas: int
    volumes: tuple[Volume, ...]
    volume_prefix: str
    """Put before a volume's name, since the volumes of all services on a server live side by side."""
    probe: Probe
    probe_test: tuple[str, ...]
    restart: Restart
    update: Update
    stop_grace_seconds: int
    run_before: tuple[str, ...] = ()
    """Words of a command that has to succeed in the running container before it is replaced (SOP 1.2). For platforms
    that replace it where they describe it; the others are given ids of cron jobs with the release."""
    rollback: Rollback | None = None
    """Where the images of earlier releases are kept."""

    @property
    def unique_name(self) -> str:
        """What the service is called where the services of all stacks live side by side."""
        return self.volume_prefix.rstrip("-")
