"""A rollback as people read it: what can be returned to, what is not returned, and what the program says then."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.rollback.backup import Backup
from ops.rollback.targets import Candidate, Past

STABLE = {"proved": "proved", "failed": "failed", "unknown": "not known"}
WAYS = {"kept image": "kept image", "image": "its image, pulled again", "none": "none"}


def show_past(past: Past, chosen: Candidate | None, console: Console) -> None:
    """The deployments, newest first; the one that would be returned to is marked."""
    table = Table(title="Deployments", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in ("", "id", "began (UTC)", "image or commit", "stable", "way back"):
        table.add_column(column, overflow="fold", header_style="dim")
    table.columns[1].no_wrap = True
    for each in past.candidates:
        mark = "->" if each == chosen else "now" if each.what == past.current else ""
        table.add_row(mark, each.id, moment(each.created), Text(each.what), STABLE[each.known], WAYS[each.way])
    console.print(table)
    console.print()


def data_lines(backup: Backup | None) -> Iterator[str]:
    """What a rollback does not do, and what there is for it."""
    yield "The database and its schema are not rolled back: the earlier release finds the data as it is now."
    if backup is None:
        yield "No successful backup from before the deployment is known."
    else:
        file = f": {backup.file}" if backup.file else ""
        yield f"The backup from before it: schedule {backup.schedule}, {moment(backup.created)} UTC{file}"


def program_lines(past: Past, to: Candidate, stack: str) -> Iterator[str]:
    """How the program comes to agree again."""
    if past.of_image:
        yield f"The program still names {past.current}. `make preview STACK={stack}` shows the difference, and"
        yield "`make up` refuses to deploy that image again. To stay with this release:"
        yield f"  pulumi config set --path app.source.image {shlex.quote(to.what)} --stack {stack}"
    else:
        yield "The program still names its branch, whose newest commit was left. `make up` refuses to build it again"
        yield "until the branch (app.source.git.branch) or, with a mended commit, app.revision is changed."


def warnings(past: Past, to: Candidate) -> Iterator[str]:
    """What is special about Dokploy's own rollback."""
    if to.way != "kept image":
        return
    yield "A kept image runs with the settings and variables of then; the next deployment brings those of the program."
    files = [mount for mount in past.application.get("mounts") or [] if mount["type"] == "file"]
    if files:
        paths = ", ".join(str(mount["mountPath"]) for mount in files)
        yield f"Dokploy's rollback runs without the file mounts: {paths}"


def moment(created: str) -> str:
    return created[:19].replace("T", " ")
