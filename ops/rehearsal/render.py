"""The summary of a rehearsal as people read it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.rehearsal.report import Report

TITLES = {"up": "up", "second_up": "up again", "refresh": "refresh", "destroy": "destroy"}
PROCEDURES_SHOWN = 8


def show(report: Report, console: Console) -> None:
    """Print what was made, what it offers, what it cost and whether every promise held."""
    tables = [
        *([_resources(report)] if report.resources else []),
        *([_outputs(report)] if report.outputs else []),
        _steps(report),
    ]
    for table in tables:
        console.print(table)
        console.print()
    for line in (*_procedures(report), *_policies(report), *_failures(report), _verdict(report)):
        # The engine's lines stay whole, to be copied and searched for.
        console.print(line, soft_wrap=True)


def _resources(report: Report) -> Table:
    table = _table("Resources", "type", "name")
    for resource in report.resources:
        if _is_listed(resource.type):
            table.add_row(resource.type, resource.name)
    return table


def _is_listed(type: str) -> bool:
    """Whether people count it: not the stack itself, nor its provider."""
    return not type.startswith("pulumi:")


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]


def _outputs(report: Report) -> Table:
    table = _table("Outputs", "name", "value")
    for name, value in report.outputs.items():
        if isinstance(value, dict):
            for key, item in value.items():
                table.add_row(f"{name}.{key}", Text(_plain(item)))
        else:
            table.add_row(name, Text(_plain(value)))
    return table


def _plain(value: Any) -> str:
    return ", ".join(_plain(item) for item in value) if isinstance(value, list) else str(value)


def _steps(report: Report) -> Table:
    table = _table("Steps", "step", "seconds", "calls to Dokploy", "resources changed", "held")
    for column in table.columns[1:4]:
        column.justify = "right"
    for step in report.steps:
        table.add_row(
            TITLES[step.name],
            f"{step.seconds:.1f}",
            str(len(step.calls)),
            str(sum(_is_listed(_type(change.urn)) for change in step.changes)),
            Text("no", style="red") if step.failures else Text("yes", style="green"),
        )
    seconds, calls = sum(step.seconds for step in report.steps), sum(len(step.calls) for step in report.steps)
    table.add_row("together", f"{seconds:.1f}", str(calls), "", "", style="bold")
    return table


def _policies(report: Report) -> list[Text]:
    if not report.violations:
        return []
    names: dict[str, list[str]] = {}
    for violation in report.violations:
        names.setdefault(violation["level"], []).append(violation["policy"])
    said = {"mandatory": "Policies that block", "advisory": "Policies that advise"}
    return [
        *(Text(f"{said.get(level, level)}: {', '.join(sorted(set(found)))}") for level, found in names.items()),
        Text(),
    ]


def _procedures(report: Report) -> list[Text]:
    counts = Counter(call.path.rpartition("/")[2] for step in report.steps for call in step.calls)
    if not counts:
        return []
    shown = ", ".join(f"{procedure} {count}" for procedure, count in counts.most_common(PROCEDURES_SHOWN))
    return [Text(f"Most frequent calls: {shown}"), Text()]


def _failures(report: Report) -> list[Text]:
    lines: list[Text] = []
    for step in report.steps:
        lines += [Text(f"{TITLES[step.name]}: {failure}", style="red") for failure in step.failures]
        lines += [Text(f"  {line}") for line in step.engine_lines]
    return [*lines, Text()] if lines else []


def _verdict(report: Report) -> Text:
    if report.result == "failed":
        return Text(f"Rehearsal of {report.stack} failed.", style="bold red")
    return Text(f"Rehearsal of {report.stack} passed.", style="bold green")


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 3, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", header_style="dim")
    return table
