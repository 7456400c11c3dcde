"""A volume, a folder of the host or a file that an application sees at a path of its own."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from dokploy.errors import NotFound
from dokploy.fields import PLACEHOLDER, AbsolutePath, Id, Text
from dokploy.resource import Context, Model, Resource, Secret, State, Trait
from dokploy.resources.ownership import of_application

_VOLUME_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_NEEDED = {"volume": "volume_name", "bind": "host_path", "file": "file_path"}


class MountInputs(Model):
    """What a mount is asked to be."""

    application_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the application.")
    type: Annotated[Literal["volume", "bind", "file"], Trait.REPLACES] = Field(
        description="`volume`: a named Docker volume; `bind`: a folder of the host; `file`: a file with this content."
    )
    mount_path: AbsolutePath = Field(description="Absolute path inside the container.")
    volume_name: Text = Field(None, description="Name of the Docker volume, two characters or more (type `volume`).")
    host_path: AbsolutePath | None = Field(None, description="Existing absolute path on the host (type `bind`).")
    file_path: Text = Field(None, description="Name of the file under Dokploy's own folder (type `file`).")
    content: Annotated[Secret | None, AfterValidator(lambda text: text or None)] = Field(
        None, description="What the file holds (type `file`)."
    )

    @field_validator("file_path")
    @classmethod
    def _stays_in_its_folder(cls, path: str | None) -> str | None:
        if path is not None and ".." in path.split("/"):
            raise ValueError("'..' would leave Dokploy's folder of files")
        return path

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> MountInputs:
        for kind, field in _NEEDED.items():
            given = getattr(self, field) is not None
            if kind == self.type and not given:
                raise ValueError(f"a mount of type {kind} needs {to_camel(field)}")
            if kind != self.type and given:
                raise ValueError(f"{to_camel(field)} does not belong to a mount of type {self.type}")
        if self.content is not None and self.type != "file":
            raise ValueError(f"content does not belong to a mount of type {self.type}")
        name = self.volume_name
        if name is not None and name != PLACEHOLDER and not _VOLUME_NAME.fullmatch(name):
            # Dokploy takes a one-letter name and calls the deployment done; Swarm then rejects every task.
            raise ValueError(
                f"volumeName {name!r} has to be two or more of letters, digits, _ . - and start with a letter or digit"
            )
        return self


class MountOutputs(Model):
    """Nothing beyond the inputs."""


MountState = State[MountInputs, MountOutputs]


class Mount(Resource[MountInputs, MountOutputs]):
    """A mount of an application. It reaches the container with the next deployment.

    Deleting it keeps the Docker volume and its data. Any mount ties the application to Swarm's manager nodes.
    """

    name = "Mount"
    Inputs = MountInputs
    Outputs = MountOutputs

    def create(self, ctx: Context, inputs: MountInputs) -> MountState:
        mark = ctx.marker(inputs.application_id, inputs.type)

        def find() -> MountState | None:
            application = ctx.server.read("application.one", applicationId=inputs.application_id)
            for row in application["mounts"]:
                if mark.marks(row["hostPath"] if row["type"] == "file" else row["content"]):
                    ctx.log("info", f"adopting mount {row['mountId']}, left by an interrupted run")
                    return self.update(ctx, _state(row), inputs)
            return None

        def make() -> MountState:
            # Without serviceType Dokploy makes a mount that belongs to nothing.
            body = {"serviceId": inputs.application_id, "serviceType": "application", **_body(ctx, inputs)}
            row = ctx.server.write("mounts.create", body)
            return State(id=row["mountId"], inputs=inputs, outputs=MountOutputs())

        return ctx.server.create_once(find, make, parent=inputs.application_id)

    def read(
        self, ctx: Context, id: str, inputs: MountInputs | None, outputs: MountOutputs | None
    ) -> MountState | None:
        try:
            if inputs is None:
                return _state(of_application(ctx.server.read("mounts.one", mountId=id), "mount", id))
            application = ctx.server.read("application.one", applicationId=inputs.application_id)
        except NotFound:
            return None
        return next((_state(row) for row in application["mounts"] if row["mountId"] == id), None)

    def update(self, ctx: Context, state: MountState, inputs: MountInputs) -> MountState:
        ctx.server.claim("application.one", applicationId=inputs.application_id)
        ctx.server.write("mounts.update", {"mountId": state.id, **_body(ctx, inputs)}, repeatable=True)
        return State(id=state.id, inputs=inputs, outputs=MountOutputs())

    def delete(self, ctx: Context, state: MountState) -> None:
        try:
            ctx.server.claim("application.one", applicationId=state.inputs.application_id)
            ctx.server.write("mounts.remove", {"mountId": state.id}, repeatable=True)
        except NotFound:
            return


def _body(ctx: Context, inputs: MountInputs) -> dict[str, Any]:
    mark = ctx.marker(inputs.application_id, inputs.type).text
    is_file = inputs.type == "file"
    return {
        "type": inputs.type,
        "mountPath": inputs.mount_path,
        "volumeName": inputs.volume_name,
        "hostPath": mark if is_file else inputs.host_path,
        "filePath": inputs.file_path,
        "content": (inputs.content or "") if is_file else mark,
    }


def _state(row: dict[str, Any]) -> MountState:
    kind = row["type"]
    values = {
        "application_id": row["applicationId"],
        "type": kind,
        "mount_path": row["mountPath"],
        "volume_name": row["volumeName"] if kind == "volume" else None,
        "host_path": row["hostPath"] if kind == "bind" else None,
        "file_path": row["filePath"] if kind == "file" else None,
        "content": (row["content"] or None) if kind == "file" else None,
    }
    # What the server holds need not be valid by our rules; a refresh still has to show it.
    return State(id=row["mountId"], inputs=MountInputs.model_construct(**values), outputs=MountOutputs())
