"""A volume, a folder of the host or a file that an application sees at a path of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator
from pydantic.alias_generators import to_camel

from dokploy.child import ApplicationChild, ChildInputs, ChildState, listed
from dokploy.fields import AbsolutePath, Text, VolumeName
from dokploy.marker import Marker
from dokploy.resource import Context, Secret, Trait
from dokploy.rows import Row

_NEEDED = {"volume": "volume_name", "bind": "host_path", "file": "file_path"}


class MountInputs(ChildInputs):
    """What a mount is asked to be."""

    type: Annotated[Literal["volume", "bind", "file"], Trait.REPLACES] = Field(
        description="`volume`: a named Docker volume; `bind`: a folder of the host; `file`: a file with this content."
    )
    mount_path: AbsolutePath = Field(description="Absolute path inside the container.")
    volume_name: Annotated[VolumeName | None, BeforeValidator(lambda name: name or None)] = Field(
        None, description="Name of the Docker volume, two characters or more (type `volume`)."
    )
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
        return self


class Mount(ApplicationChild[MountInputs]):
    """A mount of an application. It reaches the container with the next deployment.

    Deleting it keeps the Docker volume and its data; an application's removeVolumes removes them with the application.
    Any mount ties the application to Swarm's manager nodes.
    """

    name = "Mount"
    router, removal, id_key, what = "mounts", "remove", "mountId", "mount"
    Inputs = MountInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        return listed(ctx, application_id, "mounts")

    def delete(self, ctx: Context, state: ChildState[MountInputs]) -> None:
        super().delete(ctx, state)
        if state.inputs.type == "volume":
            ctx.log("info", f"the volume {state.inputs.volume_name} itself is left on the server with its data")

    def is_ours(self, ctx: Context, row: Row, inputs: MountInputs) -> bool:
        return _marker(ctx, inputs).marks(row["hostPath"] if row["type"] == "file" else row["content"])

    def ownership(self, inputs: MountInputs) -> Row:
        # Without serviceType Dokploy makes a mount that belongs to nothing.
        return {"serviceId": inputs.application_id, "serviceType": "application"}

    def body(self, ctx: Context, inputs: MountInputs) -> Row:
        mark = _marker(ctx, inputs).text
        is_file = inputs.type == "file"
        return {
            "type": inputs.type,
            "mountPath": inputs.mount_path,
            "volumeName": inputs.volume_name,
            "hostPath": mark if is_file else inputs.host_path,
            "filePath": inputs.file_path,
            "content": (inputs.content or "") if is_file else mark,
        }

    def inputs_of(self, row: Row) -> MountInputs:
        kind = row["type"]
        return MountInputs.model_construct(
            application_id=row["applicationId"],
            type=kind,
            mount_path=row["mountPath"],
            volume_name=row["volumeName"] if kind == "volume" else None,
            host_path=row["hostPath"] if kind == "bind" else None,
            file_path=row["filePath"] if kind == "file" else None,
            content=(row["content"] or None) if kind == "file" else None,
        )


def _marker(ctx: Context, inputs: MountInputs) -> Marker:
    return ctx.marker(inputs.application_id, inputs.type)
