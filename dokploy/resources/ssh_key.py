"""An SSH key by which Dokploy reaches git repositories and servers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dokploy import marker
from dokploy.errors import UPDATE_AGAIN, DokployError
from dokploy.fields import Description, Name
from dokploy.resource import Context, Model, Resource, Secret, State, Trait
from dokploy.rows import Row, leftover, listed, remove


class SshKeyInputs(Model):
    """What a key is asked to be."""

    name: Name = Field(description="Name shown in Dokploy.")
    description: Description = Field(None, description="What the key is for.")
    public_key: Annotated[str, Field(min_length=1), Trait.REPLACES] = Field(description="Public half, one line.")
    private_key: Annotated[Secret, Field(min_length=1), Trait.REPLACES] = Field(description="Private half, PEM text.")


class SshKeyOutputs(Model):
    """Nothing beyond the inputs."""


SshKeyState = State[SshKeyInputs, SshKeyOutputs]


class SshKey(Resource[SshKeyInputs, SshKeyOutputs]):
    """An SSH key of the organisation."""

    name = "SshKey"
    Inputs = SshKeyInputs
    Outputs = SshKeyOutputs

    def create(self, ctx: Context, inputs: SshKeyInputs) -> SshKeyState:
        mark = _marker(ctx, inputs)

        def find() -> SshKeyState | None:
            rows = ctx.server.read("sshKey.all")
            row = leftover(ctx, rows, lambda row: mark.marks(row["description"]), "SSH key", "sshKeyId")
            return None if row is None else self._write(ctx, row["sshKeyId"], inputs)

        def make() -> SshKeyState:
            organization = ctx.server.read("organization.active")
            ctx.server.write(
                "sshKey.create",
                {
                    "name": inputs.name,
                    "description": mark.on(inputs.description),
                    "publicKey": inputs.public_key,
                    "privateKey": inputs.private_key,
                    "organizationId": organization["id"],
                },
            )
            # The answer is empty.
            made = next((row for row in ctx.server.read("sshKey.all") if mark.marks(row["description"])), None)
            if made is None:
                raise DokployError(f"Dokploy took the SSH key but does not list it; {UPDATE_AGAIN}")
            return State(id=made["sshKeyId"], inputs=inputs, outputs=SshKeyOutputs())

        return ctx.server.create_once(find, make)

    def read(
        self, ctx: Context, id: str, inputs: SshKeyInputs | None, outputs: SshKeyOutputs | None
    ) -> SshKeyState | None:
        row = listed(ctx, "sshKey", "sshKeyId", id)
        return None if row is None else State(id=id, inputs=_inputs(row), outputs=SshKeyOutputs())

    def update(self, ctx: Context, state: SshKeyState, inputs: SshKeyInputs) -> SshKeyState:
        ctx.server.claim("sshKey.one", sshKeyId=state.id)
        return self._write(ctx, state.id, inputs)

    def delete(self, ctx: Context, state: SshKeyState) -> None:
        remove(ctx, "sshKey.remove", {"sshKeyId": state.id}, claim="sshKey.one")

    def _write(self, ctx: Context, id: str, inputs: SshKeyInputs) -> SshKeyState:
        description = _marker(ctx, inputs).on(inputs.description)
        body = {"sshKeyId": id, "name": inputs.name, "description": description}
        ctx.server.write("sshKey.update", body, repeatable=True)
        return State(id=id, inputs=inputs, outputs=SshKeyOutputs())


def _marker(ctx: Context, inputs: SshKeyInputs) -> marker.Marker:
    return ctx.marker(inputs.public_key, inputs.private_key)


def _inputs(row: Row) -> SshKeyInputs:
    return SshKeyInputs.model_construct(
        name=row["name"],
        description=marker.strip(row["description"]) or None,
        public_key=row["publicKey"],
        private_key=row["privateKey"],
    )
