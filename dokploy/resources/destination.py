"""An S3 bucket that backups go to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dokploy import marker
from dokploy.fields import MarkedName
from dokploy.resource import Context, Model, Resource, Secret, State
from dokploy.rows import Row, leftover, listed, remove


class DestinationInputs(Model):
    """What a destination is asked to be."""

    name: MarkedName = Field(description="Name shown in Dokploy.")
    provider: str | None = Field(None, description="Kind of S3 service as rclone names it, such as `AWS` or `Minio`.")
    endpoint: str = Field(pattern=r"^https?://", description="Address of the S3 service.")
    region: str = Field("", description="Region; empty where the service has none.")
    bucket: str = Field(min_length=1, description="Existing bucket.")
    access_key: Annotated[Secret, Field(min_length=1)] = Field(description="Access key.")
    secret_access_key: Annotated[Secret, Field(min_length=1)] = Field(description="Secret access key.")
    additional_flags: list[str] = Field(default_factory=list, description="Further rclone flags, each `--name=value`.")
    verify: bool = Field(
        True, description="Have Dokploy reach the bucket before the destination is stored; it takes any address else."
    )


class DestinationOutputs(Model):
    """Nothing beyond the inputs."""


DestinationState = State[DestinationInputs, DestinationOutputs]


class Destination(Resource[DestinationInputs, DestinationOutputs]):
    """An S3 bucket for backups. Deleting it deletes the backups' definitions that use it, not their files.

    Its name in Dokploy carries the provider's marker: a destination has no description.
    """

    name = "Destination"
    Inputs = DestinationInputs
    Outputs = DestinationOutputs

    def create(self, ctx: Context, inputs: DestinationInputs) -> DestinationState:
        mark = ctx.marker()

        def find() -> DestinationState | None:
            rows = ctx.server.read("destination.all")
            row = leftover(ctx, rows, lambda row: mark.marks(row["name"]), "destination", "destinationId")
            return None if row is None else self.update(ctx, _state(row, inputs), inputs)

        def make() -> DestinationState:
            _verify(ctx, inputs)
            row = ctx.server.write("destination.create", _body(ctx, inputs))
            return State(id=row["destinationId"], inputs=inputs, outputs=DestinationOutputs())

        return ctx.server.create_once(find, make)

    def read(
        self, ctx: Context, id: str, inputs: DestinationInputs | None, outputs: DestinationOutputs | None
    ) -> DestinationState | None:
        row = listed(ctx, "destination", "destinationId", id)
        return None if row is None else _state(row, inputs)

    def update(self, ctx: Context, state: DestinationState, inputs: DestinationInputs) -> DestinationState:
        ctx.server.claim("destination.one", destinationId=state.id)
        _verify(ctx, inputs)
        body = {"destinationId": state.id, **_body(ctx, inputs)}
        ctx.server.write("destination.update", body, repeatable=True)
        return State(id=state.id, inputs=inputs, outputs=DestinationOutputs())

    def delete(self, ctx: Context, state: DestinationState) -> None:
        remove(ctx, "destination.remove", {"destinationId": state.id}, claim="destination.one")


def _verify(ctx: Context, inputs: DestinationInputs) -> None:
    if inputs.verify:
        ctx.server.write("destination.testConnection", _body(ctx, inputs), repeatable=True)


def _body(ctx: Context, inputs: DestinationInputs) -> Row:
    return {
        "name": ctx.marker().on(inputs.name),
        "provider": inputs.provider or "",
        "endpoint": inputs.endpoint,
        "region": inputs.region,
        "bucket": inputs.bucket,
        "accessKey": inputs.access_key,
        "secretAccessKey": inputs.secret_access_key,
        "additionalFlags": inputs.additional_flags,
    }


def _state(row: Row, known: DestinationInputs | None) -> DestinationState:
    inputs = DestinationInputs.model_construct(
        name=marker.strip(row["name"]),
        provider=row["provider"] or None,
        endpoint=row["endpoint"],
        region=row["region"] or "",
        bucket=row["bucket"],
        access_key=row["accessKey"],
        secret_access_key=row["secretAccessKey"],
        additional_flags=row["additionalFlags"] or [],
        verify=known.verify if known else True,
    )
    return State(id=row["destinationId"], inputs=inputs, outputs=DestinationOutputs())
