"""Copies that leave Dokploy's server, and images that stay to go back to."""

from __future__ import annotations

import pulumi
import pulumi_dokploy as dokploy
from pulumi import Output, ResourceOptions

from components.platforms.dokploy.secret import marked
from components.platforms.protocol import Workload
from components.values import Offsite, Rollback


def volume_backup(
    name: str, asked: Offsite, *, title: str, volume: str, workload: Workload, parent: pulumi.Resource
) -> Output[str]:
    """The id of the volume's backup. Dokploy reaches the bucket before it takes the destination."""
    destination = dokploy.Destination(
        f"{name}-destination",
        dokploy.DestinationArgs(
            name=title,
            provider=asked.provider,
            endpoint=asked.endpoint,
            region=asked.region or "",
            bucket=asked.bucket,
            access_key=marked(asked.access_key),
            secret_access_key=marked(asked.secret_key),
        ),
        ResourceOptions(parent=parent),
    )
    backup = dokploy.VolumeBackup(
        f"{name}-offsite",
        dokploy.VolumeBackupArgs(
            application_id=workload.id,
            name="offsite",
            volume_name=volume,
            destination_id=destination.id,
            cron_expression=asked.schedule,
            # Below the application's own folder in the bucket.
            prefix="/",
            keep_latest_count=asked.keep_latest,
            # The copies in it are finished files: the app need not stand still.
            turn_off=False,
            enabled=True,
        ),
        ResourceOptions(parent=parent),
    )
    return Output.from_input(backup.id)


def kept_images(
    name: str, asked: Rollback | None, *, title: str, parent: pulumi.Resource
) -> dokploy.ApplicationRollbackArgs | None:
    """The registry that keeps the images: one that Dokploy knows, or one that it is told of here; None for none."""
    if asked is None:
        return None
    if asked.registry is None:
        found = dokploy.get_registry_output(name=asked.registry_name)
        return dokploy.ApplicationRollbackArgs(registry_id=found.registry_id)
    registry = dokploy.Registry(
        f"{name}-registry",
        dokploy.RegistryArgs(
            name=title,
            url=asked.registry.url,
            username=asked.registry.username,
            password=marked(asked.registry.password),
            image_prefix=asked.registry.image_prefix,
        ),
        # A login holds no data: whoever wants another one need not unprotect it first.
        ResourceOptions(parent=parent, protect=False),
    )
    return dokploy.ApplicationRollbackArgs(registry_id=registry.id)
