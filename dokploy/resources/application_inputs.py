"""What an application is asked to be: where its code comes from, how it is built and how Swarm runs it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from dokploy import limits, units
from dokploy.fields import (
    PLACEHOLDER,
    AbsolutePath,
    Branch,
    Cpu,
    Description,
    Id,
    Memory,
    Name,
    Seconds,
    Text,
    Variables,
    check_variables,
    refusal,
)
from dokploy.release import RELEASE_KEY
from dokploy.resource import Model, Secret, Trait


class Image(Model):
    """A ready image from a registry."""

    reference: str = Field(
        min_length=1, description="Image with a tag or digest, such as `registry.example.com/web@sha256:...`."
    )
    registry_url: Text = Field(None, description="Address of the registry, where it needs a login.")
    username: Text = Field(None, description="User of the registry.")
    password: Annotated[Secret | None, AfterValidator(lambda text: text or None)] = Field(
        None, description="Password of the registry."
    )


class Git(Model):
    """A git repository reached by its URL."""

    url: str = Field(min_length=1, description="Address; http(s), or SSH with `sshKeyId`.")
    branch: Branch = Field(description="Branch or tag.")
    build_path: AbsolutePath = Field("/", description="Folder of the repository that is built.")
    ssh_key_id: Text = Field(None, description="Id of the SSH key in Dokploy.")
    enable_submodules: bool = Field(False, description="Fetch submodules too.")

    @model_validator(mode="after")
    def _is_reachable(self) -> Git:
        if self.ssh_key_id is None and not self.url.startswith(("http://", "https://", PLACEHOLDER)):
            raise ValueError(f"git url {self.url!r} has to be http(s), or sshKeyId has to name a key")
        return self


class Github(Model):
    """A GitHub repository through a GitHub App that is installed in Dokploy."""

    github_id: Id = Field(description="Id of the GitHub provider in Dokploy.")
    owner: str = Field(min_length=1, description="Owner of the repository.")
    repository: str = Field(min_length=1, description="Name of the repository.")
    branch: Branch = Field(description="Branch.")
    build_path: AbsolutePath = Field("/", description="Folder of the repository that is built.")
    trigger_type: Literal["push", "tag"] = Field("push", description="What deploys when autoDeploy is on.")
    enable_submodules: bool = Field(False, description="Fetch submodules too.")


class Build(Model):
    """How an image is made from the source. Memory and CPU limits do not apply to builds."""

    type: Literal["nixpacks", "dockerfile"] = Field(description="The builder.")
    dockerfile: Text = Field(None, description="Path of the Dockerfile (type `dockerfile`).")
    context_path: Text = Field(None, description="Build context (type `dockerfile`).")
    stage: Text = Field(None, description="Stage to build (type `dockerfile`).")
    publish_directory: Text = Field(
        None, description="Folder of static files to serve instead of starting a program (type `nixpacks`)."
    )

    @model_validator(mode="after")
    def _belongs_to_its_type(self) -> Build:
        only = {
            "dockerfile": {"dockerfile", "context_path", "stage"},
            "nixpacks": {"publish_directory"},
        }
        for kind, fields in only.items():
            given = sorted(field for field in fields if getattr(self, field) is not None)
            if kind != self.type and given:
                raise ValueError(f"{', '.join(map(to_camel, given))}: only for a build of type {kind}")
        return self


class HealthCheck(Model):
    """The check that Swarm runs inside the container."""

    test: list[str] = Field(
        min_length=1, description='The command in Docker\'s form, such as `["CMD-SHELL", "node check.js"]`.'
    )
    interval_seconds: Seconds = Field(30, description="Seconds between checks.")
    timeout_seconds: Seconds = Field(10, description="Seconds that one check may take.")
    start_period_seconds: Seconds = Field(0, description="Seconds after the start in which failures do not count.")
    retries: int = Field(3, ge=1, description="Failures in a row that make the container unhealthy.")

    @field_validator("test")
    @classmethod
    def _is_in_dockers_form(cls, test: list[str]) -> list[str]:
        kind = test[0]
        if kind not in ("CMD", "CMD-SHELL", "NONE", PLACEHOLDER):
            raise refusal(f"has to begin with CMD, CMD-SHELL or NONE (given: {kind!r})")
        if kind == "CMD-SHELL" and len(test) != 2:
            raise refusal(f"CMD-SHELL takes one text after it (given: {len(test) - 1})")
        return test


class RestartPolicy(Model):
    """What Swarm does when the container ends."""

    condition: Literal["none", "on-failure", "any"] = Field(description="When the container is started again.")
    delay_seconds: Seconds = Field(5, description="Seconds between an end and the next start.")
    max_attempts: int = Field(0, ge=0, description="Restarts within the window; 0 for no limit.")
    window_seconds: Seconds = Field(0, description="Seconds over which attempts are counted; 0 for ever.")


class UpdatePolicy(Model):
    """How Swarm replaces tasks, or takes an update back."""

    parallelism: int = Field(ge=0, description="Tasks replaced at a time; 0 for all at once.")
    order: Literal["stop-first", "start-first"] = Field(
        description="`stop-first` where two versions must not run at once, as with SQLite."
    )
    delay_seconds: Seconds = Field(0, description="Seconds between two tasks.")
    failure_action: Literal["pause", "continue", "rollback"] = Field(
        "pause", description="What follows a failed task. A rollback policy takes `pause` or `continue`."
    )
    monitor_seconds: Seconds = Field(5, description="Seconds after a task's start in which a failure counts.")
    max_failure_ratio: float = Field(0, ge=0, le=1, description="Share of tasks that may fail.")


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
    build: Build | None = Field(
        None, description="How to build a git or GitHub source; nixpacks where nothing is said."
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
    auto_deploy: bool = Field(False, description="Deploy at every push to the branch, outside of Pulumi.")

    @field_validator("rollback_policy")
    @classmethod
    def _ends(cls, policy: UpdatePolicy | None) -> UpdatePolicy | None:
        if policy is not None and policy.failure_action == "rollback":
            raise refusal("a rollback cannot be rolled back; choose failureAction pause or continue")
        return policy

    @model_validator(mode="after")
    def _is_consistent(self) -> ApplicationInputs:
        sources = [name for name in ("image", "git", "github") if getattr(self, name) is not None]
        if len(sources) != 1:
            given = " and ".join(sources) or "none"
            raise ValueError(f"exactly one source of image, git and github is needed, given: {given}")
        if RELEASE_KEY in self.env:
            raise ValueError(f"env: {RELEASE_KEY} is the provider's own; leave it out")
        if not self.allow_references:
            for name in ("env", "build_args", "build_secrets"):
                try:
                    check_variables(getattr(self, name), allow_references=False)
                except ValueError as error:
                    raise ValueError(f"{to_camel(name)}: {error}") from None
        limits.check_reservation("memory", self.memory_reservation, self.memory_limit, units.memory_bytes)
        limits.check_reservation("cpu", self.cpu_reservation, self.cpu_limit, units.nano_cpus)
        return self
