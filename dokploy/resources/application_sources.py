"""Where an application's code comes from: a ready image, or a repository and how Dokploy reaches it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from dokploy.fields import PLACEHOLDER, AbsolutePath, Branch, Id, Text
from dokploy.resource import Model, Secret
from dokploy.rows import Row


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


class Gitlab(Model):
    """A GitLab repository through a GitLab provider of Dokploy."""

    gitlab_id: Id = Field(description="Id of the GitLab provider in Dokploy.")
    project_id: int = Field(ge=1, description="Number of the project in GitLab.")
    owner: str = Field(min_length=1, description="User or group that owns the repository.")
    repository: str = Field(min_length=1, description="Name of the repository.")
    path_namespace: str = Field(min_length=1, description="Full path of the project, such as `group/sub/web`.")
    branch: Branch = Field(description="Branch.")
    build_path: AbsolutePath = Field("/", description="Folder of the repository that is built.")
    enable_submodules: bool = Field(False, description="Fetch submodules too.")


class Gitea(Model):
    """A Gitea or Forgejo repository through a Gitea provider of Dokploy."""

    gitea_id: Id = Field(description="Id of the Gitea provider in Dokploy.")
    owner: str = Field(min_length=1, description="Owner of the repository.")
    repository: str = Field(min_length=1, description="Name of the repository.")
    branch: Branch = Field(description="Branch.")
    build_path: AbsolutePath = Field("/", description="Folder of the repository that is built.")
    enable_submodules: bool = Field(False, description="Fetch submodules too.")


class Bitbucket(Model):
    """A Bitbucket repository through a Bitbucket provider of Dokploy."""

    bitbucket_id: Id = Field(description="Id of the Bitbucket provider in Dokploy.")
    owner: str = Field(min_length=1, description="Workspace that owns the repository.")
    repository: str = Field(min_length=1, description="Name of the repository.")
    repository_slug: str = Field(min_length=1, description="Name of the repository in its address.")
    branch: Branch = Field(description="Branch.")
    build_path: AbsolutePath = Field("/", description="Folder of the repository that is built.")
    enable_submodules: bool = Field(False, description="Fetch submodules too.")


SOURCES: dict[str, type[Model]] = {
    "image": Image,
    "git": Git,
    "github": Github,
    "gitlab": Gitlab,
    "gitea": Gitea,
    "bitbucket": Bitbucket,
}
_TYPES = {"image": "docker"}
"""What Dokploy calls a source, where it has a word of its own."""
_COLUMNS: dict[str, dict[str, str]] = {
    "image": {
        "reference": "dockerImage",
        "registry_url": "registryUrl",
        "username": "username",
        "password": "password",
    },
    "git": {
        "url": "customGitUrl",
        "branch": "customGitBranch",
        "build_path": "customGitBuildPath",
        "ssh_key_id": "customGitSSHKeyId",
    },
    "github": {
        "github_id": "githubId",
        "owner": "owner",
        "repository": "repository",
        "branch": "branch",
        "build_path": "buildPath",
        "trigger_type": "triggerType",
    },
    "gitlab": {
        "gitlab_id": "gitlabId",
        "project_id": "gitlabProjectId",
        "owner": "gitlabOwner",
        "repository": "gitlabRepository",
        "path_namespace": "gitlabPathNamespace",
        "branch": "gitlabBranch",
        "build_path": "gitlabBuildPath",
    },
    "gitea": {
        "gitea_id": "giteaId",
        "owner": "giteaOwner",
        "repository": "giteaRepository",
        "branch": "giteaBranch",
        "build_path": "giteaBuildPath",
    },
    "bitbucket": {
        "bitbucket_id": "bitbucketId",
        "owner": "bitbucketOwner",
        "repository": "bitbucketRepository",
        "repository_slug": "bitbucketRepositorySlug",
        "branch": "bitbucketBranch",
        "build_path": "bitbucketBuildPath",
    },
}
_RESTING = {"buildPath": "/", "triggerType": "push", "gitlabBuildPath": "/", "giteaBuildPath": "/"} | {
    "bitbucketBuildPath": "/"
}
"""What Dokploy puts into a column of a source that is not used; the others are null."""


def source_columns(source: Model, name: str) -> Row:
    """The columns of this source, and those of all others as if they had never been used."""
    found: Row = {"sourceType": _TYPES.get(name, name)}
    for other, columns in _COLUMNS.items():
        for field, column in columns.items():
            found[column] = getattr(source, field) if other == name else _RESTING.get(column)
    # Not null: Dokploy makes false of it, and then it is no change.
    return {**found, "enableSubmodules": bool(getattr(source, "enable_submodules", False))}


def source_of(row: Row) -> dict[str, Any]:
    """The block of the source that the row names, by its property; empty where Dokploy has another kind."""
    for name, block in SOURCES.items():
        if row["sourceType"] == _TYPES.get(name, name):
            return {name: _block(row, name, block)}
    return {}


def _block(row: Row, name: str, block: type[Model]) -> Model:
    """Not validated: a refresh shows what the server really holds, also where nothing is."""
    values: dict[str, Any] = {}
    for field, column in _COLUMNS[name].items():
        info = block.model_fields[field]
        values[field] = row[column] or (_nothing(info.annotation) if info.is_required() else info.default)
    if "enable_submodules" in block.model_fields:
        values["enable_submodules"] = bool(row["enableSubmodules"])
    return block.model_construct(**values)


def _nothing(annotation: Any) -> Any:
    return 0 if annotation is int else ""
