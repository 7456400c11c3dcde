"""A registry of images that Dokploy logs in to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dokploy import marker
from dokploy.fields import Id, MarkedName
from dokploy.resource import Context, Model, Resource, Secret, State, Trait
from dokploy.rows import Row, leftover, listed, remove


class RegistryInputs(Model):
    """What a registry is asked to be."""

    name: MarkedName = Field(description="Name shown in Dokploy.")
    url: str = Field(
        pattern=r"^[A-Za-z0-9.-]*(:[0-9]{1,5})?$",
        description="Host name, with a port where needed; empty for Docker Hub.",
    )
    username: str = Field(min_length=1, description="User that Dokploy logs in as.")
    password: Annotated[Secret, Field(min_length=1)] = Field(description="Password or token of the user.")
    image_prefix: str | None = Field(None, description="What images are prefixed with, such as the organisation.")
    server_id: Annotated[Id | None, Trait.REPLACES] = Field(
        None, description="Id of the remote server that logs in; without one, Dokploy's own."
    )


class RegistryOutputs(Model):
    """Nothing beyond the inputs."""


RegistryState = State[RegistryInputs, RegistryOutputs]


class Registry(Resource[RegistryInputs, RegistryOutputs]):
    """A registry with its login. Dokploy logs in at every create and update, and refuses a login that fails.

    Its name in Dokploy carries the provider's marker: a registry has no description.
    """

    name = "Registry"
    Inputs = RegistryInputs
    Outputs = RegistryOutputs

    def create(self, ctx: Context, inputs: RegistryInputs) -> RegistryState:
        mark = _marker(ctx, inputs)

        def find() -> RegistryState | None:
            row = leftover(
                ctx,
                ctx.server.read("registry.all"),
                lambda row: mark.marks(row["registryName"]),
                "registry",
                "registryId",
            )
            return None if row is None else self.update(ctx, _state(row, inputs), inputs)

        def make() -> RegistryState:
            row = ctx.server.write("registry.create", {**_body(ctx, inputs), "serverId": inputs.server_id})
            return State(id=row["registryId"], inputs=inputs, outputs=RegistryOutputs())

        return ctx.server.create_once(find, make)

    def read(
        self, ctx: Context, id: str, inputs: RegistryInputs | None, outputs: RegistryOutputs | None
    ) -> RegistryState | None:
        # `registry.one` hides the password, so that only the list shows all that was asked for.
        row = listed(ctx, "registry", "registryId", id)
        return None if row is None else _state(row, inputs)

    def update(self, ctx: Context, state: RegistryState, inputs: RegistryInputs) -> RegistryState:
        ctx.server.claim("registry.one", registryId=state.id)
        # Stored before the login is tried: a failed one is an error here, and the next `up` tries again.
        ctx.server.write("registry.update", {"registryId": state.id, **_body(ctx, inputs)}, repeatable=True)
        return State(id=state.id, inputs=inputs, outputs=RegistryOutputs())

    def delete(self, ctx: Context, state: RegistryState) -> None:
        remove(ctx, "registry.remove", {"registryId": state.id}, claim="registry.one")


def _marker(ctx: Context, inputs: RegistryInputs) -> marker.Marker:
    return ctx.marker(inputs.server_id or "")


def _body(ctx: Context, inputs: RegistryInputs) -> Row:
    return {
        "registryName": _marker(ctx, inputs).on(inputs.name),
        "registryUrl": inputs.url,
        "username": inputs.username,
        "password": inputs.password,
        "imagePrefix": inputs.image_prefix,
        "registryType": "cloud",
    }


def _state(row: Row, known: RegistryInputs | None) -> RegistryState:
    inputs = RegistryInputs.model_construct(
        name=marker.strip(row["registryName"]),
        url=row["registryUrl"],
        username=row["username"],
        password=row["password"],
        image_prefix=row["imagePrefix"],
        # No column that is shown holds it.
        server_id=known.server_id if known else None,
    )
    return State(id=row["registryId"], inputs=inputs, outputs=RegistryOutputs())
