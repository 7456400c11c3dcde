"""The nouns that settings, components and platforms exchange. They hold data, know no API and never change.

What comes from the configuration is a pydantic model, so that it is validated once and then used as it is;
what a component puts together is a dataclass. Sizes are text with a unit (``2048Mi``, ``1000m``), durations
seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StrictBool, model_validator
from pydantic.alias_generators import to_camel

from components.fields import (
    Cpu,
    Memory,
    MountPath,
    Name,
    PositiveSeconds,
    Seconds,
    Storage,
    Text,
    VolumeName,
    between,
    mebibytes,
    millicores,
)


class Value(BaseModel):
    """A frozen value of the configuration: camelCase keys in YAML, no unknown key, no silent conversion."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )


MINIMUM_MEMORY = "2048Mi"
MINIMUM_CPU = "1000m"
MINIMUM_STORAGE = "10Gi"


class Sizes(Value):
    """What one container may use (SOP 2.3). Nothing enforces the storage: it is the threshold of an alert."""

    memory: Memory
    cpu: Cpu
    storage: Storage
    reason: Text
    """Why these sizes; a custom tier has to say it."""
    name: Literal["standard", "high-traffic", "custom"] = "custom"

    @model_validator(mode="after")
    def _above_the_minimum(self) -> Sizes:
        low = [
            f"{what} {given} is below the SOP's minimum of {limit} (SOP 2.3); choose the standard tier"
            for what, given, limit, small in (
                ("memory", self.memory, MINIMUM_MEMORY, mebibytes(self.memory) < mebibytes(MINIMUM_MEMORY)),
                ("cpu", self.cpu, MINIMUM_CPU, millicores(self.cpu) < millicores(MINIMUM_CPU)),
                (
                    "storage",
                    self.storage,
                    MINIMUM_STORAGE,
                    mebibytes(self.storage) < mebibytes(MINIMUM_STORAGE),
                ),
            )
            if small
        ]
        if low:
            raise ValueError("; ".join(low))
        return self


TIERS: Mapping[str, Sizes] = {
    "standard": Sizes(name="standard", memory="2048Mi", cpu="1000m", storage="10Gi", reason="SOP 2.3, minimum"),
    "high-traffic": Sizes(
        name="high-traffic", memory="4096Mi", cpu="2000m", storage="20Gi", reason="SOP 2.3, high traffic"
    ),
}


class Volume(Value):
    """A folder that outlives the container."""

    name: Name
    mount_path: MountPath
    volume_name: VolumeName | None = None
    """The Docker volume that holds the data already, where it was not this program that named it."""


class GitSource(Value):
    """Any git repository that Dokploy can clone (SOP 2.2)."""

    url: Text
    branch: Text = "main"
    build_path: Text = "/"
    ssh_key_id: Text | None = None
    enable_submodules: bool = False


class GithubSource(Value):
    """A repository through a GitHub App that Dokploy knows."""

    github_id: Text
    owner: Text
    repository: Text
    branch: Text = "main"
    build_path: Text = "/"
    enable_submodules: bool = False


class ImageSource(Value):
    """A built image, with the credentials of its registry if it needs some."""

    reference: Text
    registry_url: Text | None = None
    username: Text | None = None
    password: SecretStr | None = None


class ContextSource(Value):
    """A folder with a Dockerfile on this machine, for an engine that builds it (SOP 2.2: build context)."""

    path: Text
    """From the folder of Pulumi.yaml."""
    dockerfile: Text = "Dockerfile"
    args: dict[str, str] = Field(default_factory=dict)
    """Build arguments. They stay in the image's history: no place for a secret."""


Source = GitSource | GithubSource | ImageSource | ContextSource


class Build(Value):
    """How Dokploy turns the repository into an image (SOP 2.1)."""

    type: Literal["nixpacks", "dockerfile"] = "nixpacks"
    dockerfile: Text | None = None
    context_path: Text | None = None
    stage: Text | None = None


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

    @property
    def unique_name(self) -> str:
        """What the service is called where the services of all stacks live side by side."""
        return self.volume_prefix.rstrip("-")


@dataclass(frozen=True, kw_only=True)
class CronJob:
    """A command that runs inside the service's container by the clock."""

    name: str
    schedule: str
    command: str
    timezone: str
    shell: Shell
    description: str


@dataclass(frozen=True, kw_only=True)
class Route:
    """The public way in: a host name that is led to a port of the service."""

    host: str
    port: int
    certificate: Literal["letsencrypt", "custom", "none"]
    resolver: str | None = None
