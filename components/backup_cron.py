"""Copies of the database that a drill has restored, and the pruning of old ones (SOP 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi

from components import scripts
from components.inputs import HIDDEN, visible
from components.platforms.protocol import Platform, Workload
from components.values import DRILL_HOURS, CronJob, Offsite, Shell


@dataclass(frozen=True, kw_only=True)
class BackupCronArgs:
    """When, from where, to where, and how long copies stay."""

    database: str
    """The SQLite file inside the container."""
    folder: str
    schedule: str
    prune_schedule: str
    drill_schedule: str
    timezone: str
    retention_days: int
    keep_at_least: int
    shell: Shell
    title: str
    """What people read in Dokploy about the bucket."""
    offsite: Offsite | None
    volume: str
    """The Docker volume that holds the folder of the copies."""
    workload: Workload = field(metadata=HIDDEN)
    platform: Platform = field(metadata=HIDDEN)


def backup_command(database: str, folder: str) -> str:
    """The text for the shell that makes a consistent copy."""
    return scripts.command("backup", DATABASE=database, FOLDER=folder)


class BackupCron(pulumi.ComponentResource):
    """Three schedules inside the app's container: an online copy that is checked, the pruning, the restore drill.

    The SOP's plain ``cp`` corrupts a live SQLite file, so SQLite itself makes the copy. Off site goes the volume of
    the finished copies, never that of the live file. The drill restores the newest copy on the server; what lies off
    site is not fetched for it.
    """

    schedules: Mapping[str, str]
    """The cron expression by the schedule's name."""
    backup_id: pulumi.Output[str]
    """The platform's id of the schedule that makes the copy."""
    bucket: str | None
    """Where the copies go off site."""

    def __init__(self, name: str, args: BackupCronArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:BackupCron", name, visible(args), opts)
        jobs = (
            CronJob(
                name="backup",
                schedule=args.schedule,
                command=backup_command(args.database, args.folder),
                timezone=args.timezone,
                shell=args.shell,
                description="Consistent copy of the SQLite database (SOP 5.3)",
            ),
            CronJob(
                name="prune",
                schedule=args.prune_schedule,
                command=scripts.command("prune", FOLDER=args.folder, DAYS=args.retention_days, KEEP=args.keep_at_least),
                timezone=args.timezone,
                shell=args.shell,
                description=f"Deletes copies older than {args.retention_days} days (SOP 5.3)",
            ),
            CronJob(
                name="drill",
                schedule=args.drill_schedule,
                command=scripts.command("drill", DATABASE=args.database, FOLDER=args.folder, HOURS=DRILL_HOURS),
                timezone=args.timezone,
                shell=args.shell,
                description="Restores the newest copy beside the database and checks it (SOP 5.3)",
            ),
        )
        ids = {job.name: args.platform.cron_job(name, job, args.workload, parent=self) for job in jobs}
        self.backup_id = ids["backup"]
        self.schedules = {job.name: job.schedule for job in jobs}
        self.bucket = None
        if args.offsite:
            ids["offsite"] = args.platform.offsite(
                name, args.offsite, title=args.title, volume=args.volume, workload=args.workload, parent=self
            )
            self.schedules = {**self.schedules, "offsite": args.offsite.schedule}
            self.bucket = f"{args.offsite.bucket} at {args.offsite.endpoint}"
        self.register_outputs({"schedules": dict(self.schedules), "schedule_ids": ids, "bucket": self.bucket})
