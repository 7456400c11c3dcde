"""One deployment of the app, which comes after all that it needs (SOP 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi

from components.inputs import HIDDEN, visible
from components.platforms.protocol import Deployed, Platform, Workload
from components.values import Volume


@dataclass(frozen=True, kw_only=True)
class ReleaseArgs:
    """What makes the app be deployed again besides its own settings."""

    revision: str
    """Free text: changing it deploys again."""
    volumes: tuple[Volume, ...]
    """A container sees a new mount only after a deployment."""
    timeout_seconds: int
    after: Sequence[pulumi.Resource] = field(metadata=HIDDEN)
    workload: Workload = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


class Release(pulumi.ComponentResource):
    """Deploys and waits. The proof from outside that the new version answers is not made here."""

    deployed: Deployed

    def __init__(self, name: str, args: ReleaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:Release", name, visible(args), opts)
        self.deployed = args.platform.release(
            name,
            args.workload,
            title=f"revision {args.revision}",
            triggers={
                "revision": args.revision,
                "volumes": ", ".join(
                    sorted(f"{volume.volume_name or volume.name} on {volume.mount_path}" for volume in args.volumes)
                ),
            },
            timeout_seconds=args.timeout_seconds,
            after=args.after,
            parent=self,
        )
        self.register_outputs({"deployment_id": self.deployed.id, "release": self.deployed.release})
