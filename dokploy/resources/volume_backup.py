"""A volume of an application, packed and sent to an S3 bucket at fixed times."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dokploy.child import ApplicationChild, ChildInputs, ChildState
from dokploy.errors import NotFound
from dokploy.fields import CronExpression, Id, Name, VolumeName
from dokploy.resource import Context
from dokploy.rows import Row


class VolumeBackupInputs(ChildInputs):
    """What a volume backup is asked to be."""

    name: Name = Field(description="Name shown in Dokploy.")
    volume_name: VolumeName = Field(description="Name of the Docker volume, two characters or more.")
    destination_id: Id = Field(description="Id of the destination that it goes to.")
    cron_expression: CronExpression = Field(
        description="Five fields, in the time zone of Dokploy's server, which is normally UTC."
    )
    prefix: str = Field("/", min_length=1, description="Folder in the bucket, below the application's own.")
    keep_latest_count: Annotated[int | None, Field(ge=1)] = Field(
        None, description="How many archives stay; all where nothing is said."
    )
    turn_off: bool = Field(
        False,
        description="Stop the application while the volume is packed. Without it a live SQLite file is packed torn: "
        "back up a volume that holds finished copies instead.",
    )
    enabled: bool = Field(True, description="Whether it runs.")


class VolumeBackup(ApplicationChild[VolumeBackupInputs]):
    """A volume's backup to S3. Deleting it switches it off first: the server would go on running it until a restart."""

    name = "VolumeBackup"
    router, id_key, what = "volumeBackups", "volumeBackupId", "volume backup"
    Inputs = VolumeBackupInputs

    def rows(self, ctx: Context, application_id: str) -> list[Row]:
        rows: list[Row] = ctx.server.read("volumeBackups.list", id=application_id, volumeBackupType="application")
        return rows

    def is_ours(self, ctx: Context, row: Row, inputs: VolumeBackupInputs) -> bool:
        return ctx.marker(inputs.application_id).marks(row["serviceName"])

    def ownership(self, inputs: VolumeBackupInputs) -> Row:
        return {"applicationId": inputs.application_id, "serviceType": "application"}

    def body(self, ctx: Context, inputs: VolumeBackupInputs) -> Row:
        return {
            "name": inputs.name,
            "volumeName": inputs.volume_name,
            "destinationId": inputs.destination_id,
            "cronExpression": inputs.cron_expression,
            "prefix": inputs.prefix,
            "keepLatestCount": inputs.keep_latest_count,
            "turnOff": inputs.turn_off,
            # Stored as null where it is left out, and then never scheduled.
            "enabled": inputs.enabled,
            "serviceName": ctx.marker(inputs.application_id).text,
        }

    def inputs_of(self, row: Row) -> VolumeBackupInputs:
        return VolumeBackupInputs.model_construct(
            application_id=row["applicationId"],
            name=row["name"],
            volume_name=row["volumeName"],
            destination_id=row["destinationId"],
            cron_expression=row["cronExpression"],
            prefix=row["prefix"],
            keep_latest_count=row["keepLatestCount"],
            turn_off=row["turnOff"],
            enabled=bool(row["enabled"]),
        )

    def delete(self, ctx: Context, state: ChildState[VolumeBackupInputs]) -> None:
        try:
            self.update(ctx, state, state.inputs.model_copy(update={"enabled": False}))
        except NotFound:
            return
        super().delete(ctx, state)
