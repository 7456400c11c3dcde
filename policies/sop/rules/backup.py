"""SOP 5.3 and Security 3: copies that can be restored, kept long enough, and data that is not deleted."""

from __future__ import annotations

from collections.abc import Iterator

from sop import numbers
from sop.rule import rule
from sop.views.family import Family
from sop.views.jobs import Timer
from sop.views.resource import Stateful
from sop.views.subjects import BACKUP_CRON

_SECTION = "5.3"


@rule(
    "backup-copy-scheduled",
    "The database is copied by the clock.",
    judges=Family,
    section=_SECTION,
    severity="critical",
    remedy="schedule a copy with the component BackupCron",
)
def copy_scheduled(family: Family) -> Iterator[str]:
    workload = family.workload
    if not workload.on_sqlite or any(job.copies and job.enabled for job in family.schedules):
        return
    # On Docker the commands run on the host and belong to no container: the component stands for them.
    if workload.platform == "docker" and BACKUP_CRON in family.components:
        return
    yield "no enabled schedule copies the SQLite database"


@rule(
    "backup-copy-daily",
    "The database is copied at least once a day.",
    judges=Family,
    section=_SECTION,
    severity="high",
    remedy="copy it every day, as with '0 2 * * *'",
)
def copy_daily(family: Family) -> Iterator[str]:
    from sop.views import timers  # cron and time zones take 25 ms to import, which most resources need not pay

    if not family.workload.on_sqlite:
        return
    # One that is no cron expression is reported by backup-timer-valid.
    copies = [(what, expression) for what, expression in family.timed_copies if timers.fault_of(expression) is None]
    if not timers.fire_daily([expression for _, expression in copies]):
        for what, expression in copies:
            yield f"{what} with {expression!r} does not run every day, and nothing else copies the database"


@rule(
    "backup-copy-consistent",
    "Copies are made by SQLite itself: a plain copy of a live file is corrupt.",
    judges=Family,
    section=_SECTION,
    severity="critical",
    remedy="copy with VACUUM INTO, .backup or .dump, as the component BackupCron does",
)
def copy_consistent(family: Family) -> Iterator[str]:
    if family.workload.database is None:
        return
    for job in family.jobs:
        program = job.copies_plainly(family.folders_of_copies)
        if program is not None:
            yield f"{job.name} copies the file of a database that is being written to, with {program}"


@rule(
    "backup-volume-consistent",
    "The volume with the live database is copied only while the app stands still.",
    judges=Family,
    section=_SECTION,
    severity="critical",
    remedy="copy the volume of the backups off site and not the database's own, or turn turnOff on",
)
def volume_consistent(family: Family) -> Iterator[str]:
    path = family.workload.database
    mount = family.volume_of(path) if path else None
    if mount is None or mount.volume is None:
        return
    for copy in family.volume_backups:
        if copy.text("volumeName") == mount.volume and not copy.flag("turnOff"):
            yield f"volume {mount.volume} holds the live database and is copied while the app runs"


@rule(
    "backup-retention-minimum",
    "Copies are kept for at least 30 days.",
    judges=Family,
    section=_SECTION,
    severity="high",
    remedy="delete by age, after 30 days or more: find /app/backups -name '*.db' -mtime +30 -delete",
)
def retention_minimum(family: Family) -> Iterator[str]:
    for job in family.jobs:
        ages = job.ages(family.folders_of_copies)
        known = [age for age in ages if age is not None]
        if known and min(known) < numbers.RETENTION_DAYS_MINIMUM:
            yield f"{job.what} keeps copies for {min(known):g} days and not {numbers.RETENTION_DAYS_MINIMUM}"
        if len(known) < len(ages):
            yield f"cannot be judged: {job.what} deletes copies by something else than their age in days"


@rule(
    "backup-folder-kept",
    "Copies lie on a volume, or the next deployment deletes them.",
    judges=Family,
    section=_SECTION,
    severity="critical",
    remedy="mount a volume on the folder of the copies, such as /app/backups",
)
def folder_kept(family: Family) -> Iterator[str]:
    if not family.workload.on_sqlite:
        return
    for job in family.jobs:
        folders = job.folders if job.copies and job.reaches_into_the_container else None
        # A copy that is made among temporary files is moved to a folder that is named elsewhere.
        if folders is not None and not any(family.volume_of(folder) for folder in folders or job.names):
            where = ", ".join(folders) or "a folder that it does not name"
            yield f"{job.name} copies to {where}, which is on no volume"


@rule(
    "backup-offsite-kept",
    "Production has copies that survive its server.",
    judges=Family,
    section="Security 3",
    severity="high",
    remedy="send the volume of the backups to a destination with a VolumeBackup",
    production_only=True,
)
def offsite_kept(family: Family) -> Iterator[str]:
    if not family.workload.on_sqlite:
        return
    volumes = _volumes_with_copies(family)
    sent = [
        copy.text("volumeName")
        for copy in family.volume_backups
        if ("enabled" not in copy or copy.flag("enabled")) and "destinationId" in copy
    ]
    if not sent:
        yield "no copy leaves the server"
    elif volumes and not volumes.intersection(sent):
        yield f"what leaves the server is {', '.join(map(str, sent))}, and copies lie on {', '.join(sorted(volumes))}"


def _volumes_with_copies(family: Family) -> set[str]:
    """The volumes that hold copies of the database or the database itself; none where no copy lies on a volume.

    Copies on no volume are reported by backup-folder-kept, and a database that is copied off site while the app
    writes to it by backup-volume-consistent.
    """
    mounts = [family.volume_of(folder) for job in family.schedules if job.copies for folder in job.folders or ()]
    holding = [mount for mount in mounts if mount is not None]
    own = family.volume_of(family.workload.database or "")
    return {mount.volume for mount in (*holding, *([own] if own else [])) if mount.volume} if holding else set()


@rule(
    "backup-timer-valid",
    "A schedule fires: its expression and its time zone are valid.",
    judges=Timer,
    section=_SECTION,
    severity="high",
    remedy="write five fields like '0 2 * * *' and a zone like UTC or Asia/Jakarta; Dokploy takes anything in silence",
)
def timer_valid(timer: Timer) -> Iterator[str]:
    from sop.views import timers

    fault = timers.fault_of(timer.expression)
    if fault is not None:
        yield f"{timer.what}: {timer.expression!r} {fault}"
    if timer.timezone != "UTC" and not timers.is_timezone(timer.timezone):
        yield f"{timer.what}: {timer.timezone!r} is no time zone"


@rule(
    "backup-state-protected",
    "What holds production's data is not deleted by an accident.",
    judges=Stateful,
    section="Security 3",
    severity="high",
    remedy="set `protect: true` in the stack's configuration (ResourceOptions(protect=True))",
    production_only=True,
)
def state_protected(stateful: Stateful) -> Iterator[str]:
    if not stateful.protected and not stateful.adopted:
        yield "it is not protected from being deleted"
