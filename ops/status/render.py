"""A status as people read it."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.counted import counted
from ops.status.values import BACKUP, Application, Schedule, Status
from ops.verify.ages import ago

GOOD, BAD, UNKNOWN = "green", "bold red", "yellow"


def show(status: Status, to: Console) -> None:
    """First what matters, then the tasks, deployments and schedules, then what could not be found out."""
    about = _table(f"Stack {status.stack}", "", "", header=False)
    for name in ("url", "release", "source", "tier"):
        about.add_row(name, Text(str(status.outputs.get(name) or "unknown")))
    if (said := status.deployment.get("status")) not in (None, "done"):
        about.add_row("deployment", _unsettled(status, str(said)))
    about.add_row("health", _health(status))
    for name, text in _backups(status):
        about.add_row(name, text)
    about.add_row("certificate", _certificate(status.certificate_days))
    about.add_row("drift", _drift(status))
    to.print(about)
    if status.application is not None:
        for table in _details(status.application):
            to.print()
            to.print(table)
    if status.notes:
        to.print()
    for note in status.notes:
        to.print(Text(note, style=UNKNOWN), soft_wrap=True)


def _health(status: Status) -> Text:
    application = status.application
    if application is None:
        return Text("unknown", style=UNKNOWN)
    serving, wanted = application.serving(status.release), application.replicas
    others = {container.release or "none" for container in application.containers} - {status.release}
    also = f"; also running: release {', '.join(sorted(others))}" if others else ""
    return Text(f"{serving}/{wanted} healthy{also}", style=GOOD if status.is_healthy else BAD)


def _unsettled(status: Status, said: str) -> Text:
    at = status.deployment.get("imageOrCommit")
    return Text(f"{said}{f' to {at}' if said == 'rolled back' and at else ''}", style=BAD)


def _backups(status: Status) -> Iterator[tuple[str, Text]]:
    """A line for each kind of copy."""
    backups = status.application.backups if status.application else []
    if not backups:
        yield "last backup", Text("unknown" if status.application is None else "no schedule", style=UNKNOWN)
    for backup in backups:
        yield "last backup" if backup.name == BACKUP else f"last {backup.name} copy", _backup(backup)


def _backup(backup: Schedule) -> Text:
    if backup.success_age_s is None:
        return Text("never" if backup.last_status is None else "never succeeded", style=BAD)
    failed = backup.last_status == "error"
    text = f"{ago(backup.success_age_s)}{', and the last run failed' if failed else ''}"
    return Text(text, style=BAD if failed else GOOD)


def _certificate(days: int | None) -> Text:
    return Text("unknown", style=UNKNOWN) if days is None else Text(f"{counted(days, 'day')} left")


def _drift(status: Status) -> Text:
    if status.drift is None:
        return Text("not looked for", style=UNKNOWN)
    found = [
        f"{each.name} is gone" if each.operation == "gone" else f"{each.name}: {', '.join(each.properties)}"
        for each in status.drift
    ]
    return Text(f"yes: {'; '.join(found)}" if found else "no", style=BAD if found else GOOD)


def _details(application: Application) -> list[Table]:
    tasks = _table("Tasks", "task", "wanted", "state", "error")
    for task in application.tasks:
        tasks.add_row(task.name, task.wanted, Text(task.state), Text(task.error))
    deployments = _table("Last deployments", "when", "status", "title")
    for deployment in application.deployments:
        status = Text(deployment.status, style=BAD if deployment.status == "error" else "")
        deployments.add_row(ago(deployment.age_s), status, Text(deployment.title))
    schedules = _table("Schedules", "name", "what", "cron", "enabled", "last run", "last success")
    for schedule in application.schedules:
        last = "never" if schedule.last_age_s is None else f"{schedule.last_status}, {ago(schedule.last_age_s)}"
        success = "never" if schedule.success_age_s is None else ago(schedule.success_age_s)
        row = (schedule.name, schedule.kind, schedule.cron, "yes" if schedule.is_enabled else "no", last, success)
        schedules.add_row(*map(Text, row))
    return [tasks, deployments, schedules]


def _table(title: str, *columns: str, header: bool = True) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 3, 0, 0),
        show_header=header,
    )
    for column in columns:
        table.add_column(column, overflow="fold", header_style="dim")
    return table
