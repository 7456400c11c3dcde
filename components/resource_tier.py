"""The sizes of the deployment (SOP 2.3) and the watch over the one that nothing enforces (SOP 5.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components import scripts
from components.fields import mebibytes
from components.inputs import HIDDEN, visible
from components.platforms.protocol import Platform, Workload
from components.values import CronJob, Shell, Sizes


@dataclass(frozen=True, kw_only=True)
class ResourceTierArgs:
    """The tier, and which folders count as its storage."""

    tier: Sizes
    folders: tuple[str, ...]
    schedule: str
    threshold_percent: int
    shell: Shell
    workload: Workload = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


class ResourceTier(pulumi.ComponentResource):
    """States the tier and checks its storage. Memory and CPU are limits of the container, set by AppContainer.

    No volume of Docker has a quota, so the storage is a threshold: the schedule fails above the SOP's 85 %.
    """

    schedules: Mapping[str, str]
    """The cron expression by the schedule's name."""

    def __init__(self, name: str, args: ResourceTierArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        shown = visible(args)
        super().__init__("chatzwa:index:ResourceTier", name, shown, opts)
        job = CronJob(
            name="storage",
            schedule=args.schedule,
            command=scripts.command(
                "storage",
                FOLDERS=" ".join(args.folders),
                LIMIT_KIB=mebibytes(args.tier.storage) * 1024,
                PERCENT=args.threshold_percent,
            ),
            timezone="UTC",
            shell=args.shell,
            description=f"Fails above {args.threshold_percent} % of {args.tier.storage} (SOP 5.1)",
        )
        schedule_id = args.platform.cron_job(name, job, args.workload, parent=self)
        self.schedules = {job.name: job.schedule}
        # Policies judge a whole stack by what its resources have in the end: of a component, by its outputs alone.
        self.register_outputs({"schedules": dict(self.schedules), "schedule_id": schedule_id, "tier": shown["tier"]})
