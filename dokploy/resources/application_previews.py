"""The applications that Dokploy makes of pull requests, and the images that it keeps for a rollback."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dokploy import dotenv
from dokploy.fields import AbsolutePath, Id, Port, Text, Variables
from dokploy.resource import Model
from dokploy.rows import Row


class Previews(Model):
    """A running copy for each pull request of a GitHub repository. Their variables are their own: the application's
    secrets do not reach the code of a pull request."""

    env: Variables = Field(default_factory=dict, description="Environment variables of the copies.")
    build_args: Variables = Field(default_factory=dict, description="Build arguments of the copies.")
    build_secrets: Variables = Field(default_factory=dict, description="Build secrets of the copies.")
    wildcard: Text = Field(
        None, description="Host names of the copies, such as `*.preview.example.com`; Dokploy's own where left out."
    )
    port: Port = Field(3000, description="Port of the container.")
    path: AbsolutePath = Field("/", description="Only paths under this one are routed.")
    https: bool = Field(False, description="Serve over TLS; needs a certificateType.")
    certificate_type: Literal["none", "letsencrypt", "custom"] = Field(
        "none", description="Where the certificates come from."
    )
    custom_cert_resolver: Text = Field(
        None, description="Name of the Traefik certificate resolver (certificateType `custom`)."
    )
    limit: Annotated[int, Field(ge=1)] = Field(3, description="Copies that may run at once.")
    labels: list[str] = Field(
        default_factory=list, description="Labels of GitHub, one of which a pull request needs; any where left out."
    )
    require_collaborator_permissions: bool = Field(
        True, description="Only for pull requests of those who may write to the repository. Others run foreign code."
    )

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.https and self.certificate_type == "none":
            raise ValueError("https needs certificateType letsencrypt or custom")
        if (self.certificate_type == "custom") != (self.custom_cert_resolver is not None):
            raise ValueError("customCertResolver belongs to certificateType custom, and is needed there")
        return self


class Rollback(Model):
    """Keep the image of each release, so that Dokploy can go back to it."""

    registry_id: Id = Field(description="Id of the registry that keeps the images; without one nothing is kept.")


_PLAIN = {
    "wildcard": "previewWildcard",
    "port": "previewPort",
    "path": "previewPath",
    "https": "previewHttps",
    "certificate_type": "previewCertificateType",
    "custom_cert_resolver": "previewCustomCertResolver",
    "limit": "previewLimit",
    "labels": "previewLabels",
    "require_collaborator_permissions": "previewRequireCollaboratorPermissions",
}
VARIABLES = {"env": "previewEnv", "build_args": "previewBuildArgs", "build_secrets": "previewBuildSecrets"}
"""The fields that hold variables, and their columns."""
COLUMNS = {"isPreviewDeploymentsActive", *_PLAIN.values(), *VARIABLES.values()}
"""They take effect with the next pull request, without a deployment."""


def preview_columns(previews: Previews | None) -> Row:
    """The columns of previews. Without any only the switch is written: null would do harm in some of the others."""
    if previews is None:
        return {"isPreviewDeploymentsActive": False}
    variables = {column: getattr(previews, field) for field, column in VARIABLES.items()}
    return {
        "isPreviewDeploymentsActive": True,
        **{column: getattr(previews, field) for field, column in _PLAIN.items()},
        **{column: dotenv.dump(values, allow_references=True) or None for column, values in variables.items()},
    }


def previews_of(row: Row) -> Previews | None:
    """The block that would make these columns."""
    if not row["isPreviewDeploymentsActive"]:
        return None
    return Previews.unjudged(
        {
            **{Previews.model_fields[field].alias or field: row[column] for field, column in _PLAIN.items()},
            **{
                Previews.model_fields[field].alias or field: dotenv.parse(row[column] or "")
                for field, column in VARIABLES.items()
            },
        }
    )


def rollback_columns(rollback: Rollback | None) -> Row:
    """Both are needed: without a registry Dokploy keeps nothing, and says nothing."""
    return {
        "rollbackActive": rollback is not None,
        "rollbackRegistryId": None if rollback is None else rollback.registry_id,
    }


def rollback_of(row: Row) -> Rollback | None:
    if not row["rollbackActive"]:
        return None
    return Rollback.model_construct(registry_id=row["rollbackRegistryId"] or "")
