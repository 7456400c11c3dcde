"""How an image is made from a repository."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic.alias_generators import to_camel

from dokploy.fields import Text
from dokploy.resource import Model
from dokploy.rows import Row

_BELONGS = {
    "dockerfile": ("dockerfile",),
    "context_path": ("dockerfile",),
    "stage": ("dockerfile",),
    "publish_directory": ("nixpacks", "static"),
    "is_static_spa": ("nixpacks", "static"),
    "version": ("railpack", "heroku_buildpacks"),
}
"""The types that a field is for."""
_VERSIONS = {"railpack": "railpackVersion", "heroku_buildpacks": "herokuVersion"}


class Build(Model):
    """How an image is made from the source. Memory and CPU limits do not apply to builds."""

    type: Literal["nixpacks", "dockerfile", "railpack", "static", "heroku_buildpacks", "paketo_buildpacks"] = Field(
        description="The builder."
    )
    dockerfile: Text = Field(None, description="Path of the Dockerfile (type `dockerfile`).")
    context_path: Text = Field(None, description="Build context (type `dockerfile`).")
    stage: Text = Field(None, description="Stage to build (type `dockerfile`).")
    publish_directory: Text = Field(
        None,
        description="Folder of static files to serve instead of starting a program (types `nixpacks` and `static`).",
    )
    is_static_spa: bool = Field(
        False,
        description="Answer every unknown path with index.html, as a single-page app needs it (type `static`, "
        "or `nixpacks` with publishDirectory).",
    )
    version: Text = Field(
        None,
        description="Version of the builder (type `railpack`), or of the stack (type `heroku_buildpacks`); what "
        "Dokploy has stored where nothing is said.",
    )

    @model_validator(mode="after")
    def _belongs_to_its_type(self) -> Self:
        wrong = [field for field, types in _BELONGS.items() if getattr(self, field) and self.type not in types]
        if wrong:
            types = " or ".join(_BELONGS[wrong[0]])
            raise ValueError(f"{', '.join(map(to_camel, wrong))}: only for a build of type {types}")
        if self.is_static_spa and self.type == "nixpacks" and self.publish_directory is None:
            raise ValueError("isStaticSpa: a build of type nixpacks needs publishDirectory for it")
        return self


DEFAULT = Build(type="nixpacks")
"""What builds where nothing is said."""


def build_columns(build: Build) -> Row:
    """The columns of a build. A version that is not said stays: without one Dokploy asks for the image `vnull`."""
    found: Row = {
        "buildType": build.type,
        "dockerfile": build.dockerfile,
        "dockerContextPath": build.context_path,
        "dockerBuildStage": build.stage,
        "publishDirectory": build.publish_directory,
        "isStaticSpa": build.is_static_spa,
    }
    return {**found, _VERSIONS[build.type]: build.version} if build.version else found


def build_of(row: Row) -> Build:
    """The block that would make these columns; what its type does not look at is left out."""
    type = row["buildType"]
    columns = {
        "dockerfile": row["dockerfile"],
        "context_path": row["dockerContextPath"],
        "stage": row["dockerBuildStage"],
        "publish_directory": row["publishDirectory"],
        "version": row[_VERSIONS[type]] if type in _VERSIONS else None,
    }
    values = {field: (value or None) if type in _BELONGS[field] else None for field, value in columns.items()}
    is_spa = bool(row["isStaticSpa"]) and type in _BELONGS["is_static_spa"]
    return Build.model_construct(type=type, is_static_spa=is_spa, **values)


def as_asked(asked: Build | None, found: Build) -> Build | None:
    """The block found in the spelling of the program, where both mean the same."""
    if asked is None:
        return None if found == DEFAULT else found
    if asked.version is None and asked.type == found.type:
        return found.model_copy(update={"version": None})
    return found
