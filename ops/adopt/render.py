"""An adoption as people read it: what was found, what will change, and what to run."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.adopt.project import Adoption


def show(adoption: Adoption, console: Console) -> None:
    """Print it all; the commands stay whole, to be copied."""
    notes = adoption.notes
    found = _table("To be imported", "resource", "type", "id in Dokploy")
    for each in adoption.adopted:
        found.add_row(Text(each.name), each.kind, Text(each.id))
    console.print(found)
    changes = _table("The first `up` changes", "resource", "property", "found", "then", "why")
    for change in notes.changes:
        row = (change.resource, change.property or "(all of it)", change.found, change.then, change.why)
        changes.add_row(*map(Text, row))
    console.print()
    console.print(changes)
    console.print("Descriptions become the program's own; components are recorded, which calls nothing.")
    _list(console, "Stays in Dokploy as it is", notes.left)
    _list(console, "See to this before the first `up`", notes.first)
    _list(console, "Written", (str(adoption.import_path), str(adoption.stack_path)))
    _list(console, "Next", adoption.commands(), mark="$ ")


def _list(console: Console, title: str, lines: Iterable[str], mark: str = "- ") -> None:
    lines = list(lines)
    if lines:
        console.print()
        console.print(Text(title, style="bold"))
        for line in lines:
            console.print(Text(f"{mark}{line}"), soft_wrap=True)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", header_style="dim")
    return table
