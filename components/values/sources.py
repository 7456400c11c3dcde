"""Where the app comes from, how its image is built, and where earlier images are kept."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, model_validator

from components.fields import Text
from components.values.base import Value
from components.web_fields import RegistryHost, Secret


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


class Registry(Value):
    """A registry of images, and who may write to it."""

    url: RegistryHost
    username: Text
    image_prefix: Text | None = None
    """Where the images lie in the registry, such as the organisation."""
    password: Secret | None = None


class Rollback(Value):
    """Where the image of each release is kept, to go back to it (SOP Emergency 2)."""

    registry: Registry | None = None
    registry_name: Text | None = None
    """What Dokploy calls a registry that it knows already."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Rollback:
        if (self.registry is None) == (self.registry_name is None):
            raise ValueError("choose exactly one of registry and registryName")
        return self
