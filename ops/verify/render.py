"""The findings as people read them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.verify.finding import Outcome, Result, Round
from ops.verify.target import Target

WIDTH = 120
STYLES: dict[Outcome, str] = {"ok": "green", "failed": "bold red", "not measured": "yellow"}
SAID: dict[Result, Text] = {
    "passed": Text("Verified: it serves as it should.", style="bold green"),
    "failed": Text("Verification failed.", style="bold red"),
    "not measured": Text("Nothing could be measured.", style="bold yellow"),
}


def console() -> Console:
    """Stdout; where nobody's window sets a width, wide enough to be read whole."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)


def show(round: Round, target: Target, to: Console) -> None:
    """A row for each check, and below what to do about those that failed or were not measured."""
    table = Table(
        title=f"Verification of {target.url}",
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 3, 0, 0),
    )
    for column in ("check", "measured", "limit", "SOP", "outcome"):
        table.add_column(column, overflow="fold", header_style="dim")
    for finding in round.findings:
        verdict = finding.verdict
        measured = Text("" if verdict.outcome == "not measured" else verdict.measured)
        outcome = Text(verdict.outcome, style=STYLES[verdict.outcome])
        table.add_row(finding.title, measured, Text(verdict.limit), finding.sop, outcome)
    to.print(table)
    to.print()
    for titles, why in _missing(round):
        to.print(Text(f"not measured: {', '.join(titles)}: {why}", style="yellow"), soft_wrap=True)
    for finding in round.findings:
        if finding.verdict.advice:
            to.print(Text(f"{finding.title}: {finding.verdict.advice}"), soft_wrap=True)


def _missing(round: Round) -> Iterator[tuple[list[str], str]]:
    """The checks that one cause kept from being made, cause by cause."""
    causes: dict[str, list[str]] = {}
    for finding in round.of("not measured"):
        causes.setdefault(finding.verdict.measured, []).append(finding.title)
    for why, titles in causes.items():
        yield titles, why


def conclusion(rounds: Sequence[Round], result: Result) -> Text:
    """The last line: what was found, and what was not looked at by any round."""
    measured = {finding.id for round in rounds for finding in round.findings if finding not in round.of("not measured")}
    missing = [finding.title for finding in rounds[0].findings if finding.id not in measured] if rounds else []
    if result != "passed" or not missing:
        return SAID[result]
    return Text(f"Nothing failed. Not measured: {', '.join(missing)}.", style="yellow")


def show_line(round: Round, to: Console) -> None:
    """One line for a further round: the time, and each value or failure."""
    parts = [
        f"{finding.title}: {'not measured' if finding in round.of('not measured') else finding.verdict.measured}"
        for finding in round.findings
    ]
    style = {"passed": "", "failed": "red", "not measured": "yellow"}[round.result]
    to.print(Text(f"{round.at}  {round.result}  {'; '.join(parts)}", style=style), soft_wrap=True)
