"""What an application is asked to be: where its code comes from, how it is built and how Swarm runs it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from dokploy import limits, units
from dokploy.fields import Cpu, Description, Id, Memory, Name, Seconds, Text, Variables, check_variables, refusal
from dokploy.release import RELEASE_KEY
from dokploy.resource import Model, Trait
from dokploy.resources.application_build import Build
from dokploy.resources.application_previews import VARIABLES, Previews, Rollback
from dokploy.resources.application_sources import SOURCES, Bitbucket, Git, Gitea, Github, Gitlab, Image
from dokploy.resources.application_swarm import HealthCheck, Placement, RestartPolicy, Ulimit, UpdatePolicy


def _word(text: str) -> str:
    if any(character.isspace() for character in text) or not text:
        raise ValueError(f"{text!r} holds a blank; Dokploy splits the command at blanks, so put it into args")
    return text


class ApplicationInputs(Model):
    """Everything of an application that is not an object of its own."""

    environment_id: Id = Field(description="Id of the environment it belongs to.")
    name: Name = Field(description="Name shown in Dokploy; its appName starts with it.")
    description: Description = Field(None, description="What the application is.")
    server_id: Annotated[Text, Trait.REPLACES] = Field(
        None, description="Id of the remote server that runs it; without one, Dokploy's own."
    )
    image: Image | None = Field(None, description="Source: a ready image. Exactly one source is needed.")
    git: Git | None = Field(None, description="Source: a git repository.")
    github: Github | None = Field(None, description="Source: a GitHub repository.")
    gitlab: Gitlab | None = Field(None, description="Source: a GitLab repository.")
    gitea: Gitea | None = Field(None, description="Source: a Gitea or Forgejo repository.")
    bitbucket: Bitbucket | None = Field(None, description="Source: a Bitbucket repository.")
    build: Build | None = Field(None, description="How to build a repository; nixpacks where nothing is said.")
    watch_paths: list[str] = Field(
        default_factory=list,
        description="With autoDeploy only pushes that touch one of these paths deploy, such as `src/**`.",
    )
    env: Variables = Field(
        default_factory=dict, description="Environment variables. Values reach the container unchanged."
    )
    allow_references: bool = Field(
        False, description="Let `${{project.KEY}}` and the like in env values be replaced by Dokploy."
    )
    build_args: Variables = Field(default_factory=dict, description="Build arguments (type `dockerfile`).")
    build_secrets: Variables = Field(default_factory=dict, description="Build secrets (type `dockerfile`).")
    create_env_file: bool = Field(
        False, description="Write env to a file `.env` beside the Dockerfile, where the build may copy it."
    )
    command: list[Annotated[str, AfterValidator(_word)]] = Field(
        default_factory=list, description="Overrides the image's entry point; words without blanks."
    )
    args: list[str] = Field(default_factory=list, description="Arguments of the command.")
    memory_limit: Memory | None = Field(None, description="Such as `2048Mi` or `2Gi`.")
    memory_reservation: Memory | None = Field(None, description="Such as `512Mi`; not above the limit.")
    cpu_limit: Cpu | None = Field(None, description="Such as `1000m` (millicores) or `1` (cores).")
    cpu_reservation: Cpu | None = Field(None, description="Such as `250m`; not above the limit.")
    replicas: int = Field(1, ge=0, description="Number of containers.")
    health_check: HealthCheck | None = Field(None, description="The image's own check where nothing is said.")
    restart_policy: RestartPolicy | None = Field(None, description="Always and without limit where nothing is said.")
    update_policy: UpdatePolicy | None = Field(None, description="How a new release replaces the old one.")
    rollback_policy: UpdatePolicy | None = Field(None, description="How Swarm goes back after a failed update.")
    stop_grace_period_seconds: Seconds | None = Field(
        None, description="Seconds between SIGTERM and SIGKILL; Docker's 10 s where nothing is said."
    )
    placement: Placement | None = Field(None, description="Any node where nothing is said, or the manager with mounts.")
    labels: dict[str, str] = Field(default_factory=dict, description="Labels of the containers.")
    ulimits: list[Ulimit] = Field(default_factory=list, description="Kernel limits of the containers.")
    network_ids: list[Id] = Field(default_factory=list, description="Ids of further networks in Dokploy.")
    detach_dokploy_network: bool = Field(
        False, description="Leave Dokploy's shared network, which Traefik reaches the containers by; needs networkIds."
    )
    auto_deploy: bool = Field(False, description="Deploy at every push to the branch, outside of Pulumi.")
    registry_id: Text = Field(None, description="Id of the registry that built images are pushed to.")
    rollback: Rollback | None = Field(None, description="Images that are kept for a rollback; none where left out.")
    previews: Previews | None = Field(None, description="Copies for pull requests; none where left out.")
    remove_volumes: bool = Field(
        False,
        description="Remove the named volumes of its containers, with their data, when the resource is deleted. "
        "Otherwise they stay.",
    )

    @field_validator("rollback_policy")
    @classmethod
    def _ends(cls, policy: UpdatePolicy | None) -> UpdatePolicy | None:
        if policy is not None and policy.failure_action == "rollback":
            raise refusal("a rollback cannot be rolled back; choose failureAction pause or continue")
        return policy

    @model_validator(mode="after")
    def _is_consistent(self) -> ApplicationInputs:
        sources = [name for name in SOURCES if getattr(self, name) is not None]
        if len(sources) != 1:
            *names, last = SOURCES
            known, given = f"{', '.join(names)} and {last}", " and ".join(sources) or "none"
            raise ValueError(f"exactly one source of {known} is needed, given: {given}")
        if self.watch_paths and self.image is not None:
            raise ValueError("watchPaths: an image has no paths; they belong to a repository")
        if self.previews is not None and self.github is None:
            raise ValueError("previews: Dokploy makes them of pull requests on GitHub only, so they need source github")
        if self.detach_dokploy_network and not self.network_ids:
            raise ValueError("detachDokployNetwork: without networkIds the containers would be in no network")
        if RELEASE_KEY in self.env:
            raise ValueError(f"env: {RELEASE_KEY} is the provider's own; leave it out")
        self._check_variables()
        limits.check_reservation("memory", self.memory_reservation, self.memory_limit, units.memory_bytes)
        limits.check_reservation("cpu", self.cpu_reservation, self.cpu_limit, units.nano_cpus)
        return self

    def _check_variables(self) -> None:
        if self.allow_references:
            return
        found = [(to_camel(name), getattr(self, name)) for name in ("env", "build_args", "build_secrets")]
        if self.previews is not None:
            found += [(f"previews.{to_camel(name)}", getattr(self.previews, name)) for name in VARIABLES]
        for name, variables in found:
            try:
                check_variables(variables, allow_references=False)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from None

    @property
    def source(self) -> tuple[str, Model]:
        """The name and the block of the source."""
        return next((name, block) for name in SOURCES if (block := getattr(self, name)) is not None)
