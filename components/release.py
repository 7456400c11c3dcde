"""One deployment of the app, which comes after all that it needs (SOP 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from components.inputs import HIDDEN, visible
from components.platforms.protocol import Deployed, Platform, Workload
from components.values import Rollout, Volume


@dataclass(frozen=True, kw_only=True)
class ReleaseArgs:
    """What makes the app be deployed again besides its own settings."""

    revision: str
    """Free text: changing it deploys again."""
    volumes: tuple[Volume, ...]
    """A container sees a new mount only after a deployment."""
    rollout: Rollout
    backups: Sequence[pulumi.Input[str]] = field(metadata=HIDDEN)
    """Ids of the cron jobs that have to succeed before a running version is replaced (SOP 1.2)."""
    after: Sequence[pulumi.Resource] = field(metadata=HIDDEN)
    workload: Workload = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


class Release(pulumi.ComponentResource):
    """Deploys and waits until the new version is healthy, stays so, and answers from outside (SOP 4.1)."""

    deployed: Deployed

    def __init__(self, name: str, args: ReleaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:Release", name, visible(args), opts)
        self.deployed = args.platform.release(
            name,
            args.workload,
            rollout=args.rollout,
            triggers={
                "revision": args.revision,
                "volumes": ", ".join(
                    sorted(f"{volume.volume_name or volume.name} on {volume.mount_path}" for volume in args.volumes)
                ),
            },
            backups=args.backups,
            after=args.after,
            parent=self,
        )
        self.register_outputs({"deployment_id": self.deployed.id, "release": self.deployed.release})
