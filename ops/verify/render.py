"""The findings as people read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ops.verify.finding import Outcome, Result, Round
from ops.verify.run import outcomes
from ops.verify.target import Target

STYLES: dict[Outcome, str] = {"ok": "green", "failed": "bold red", "not measured": "yellow", "not applicable": "dim"}
SAID: dict[Result, Text] = {
    "passed": Text("Verified: it serves as it should.", style="bold green"),
    "failed": Text("Verification failed.", style="bold red"),
    "not measured": Text("Nothing could be measured.", style="bold yellow"),
}
SEEN = ("ok", "failed")


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
        measured = Text(verdict.measured if verdict.outcome in SEEN else "")
        ended = Text(verdict.outcome, style=STYLES[verdict.outcome])
        table.add_row(finding.title, measured, Text(verdict.limit), finding.sop, ended)
    to.print(table)
    to.print()
    for outcome, titles, why in _missing(round):
        to.print(Text(f"{outcome}: {'; '.join(titles)}: {why}", style=STYLES[outcome]), soft_wrap=True)
    for finding in round.findings:
        if finding.verdict.advice:
            to.print(Text(f"{finding.title}: {finding.verdict.advice}"), soft_wrap=True)


def _missing(round: Round) -> Iterator[tuple[Outcome, list[str], str]]:
    """The checks that one cause kept from being made, cause by cause."""
    causes: dict[tuple[Outcome, str], list[str]] = {}
    for outcome in ("not measured", "not applicable"):
        for finding in round.of(outcome):
            causes.setdefault((outcome, finding.verdict.measured), []).append(finding.title)
    for (outcome, why), titles in causes.items():
        yield outcome, titles, why


def conclusion(rounds: Sequence[Round], result: Result) -> Text:
    """The last line: what was found, and what was not measured in any round."""
    found = outcomes(rounds)
    missing = [finding.title for finding in rounds[0].findings if found[finding.id] == "not measured"] if rounds else []
    if result != "not measured" or "ok" not in found.values():
        return SAID[result]
    return Text(f"Nothing failed. Not measured: {'; '.join(missing)}.", style="yellow")


def show_line(round: Round, to: Console) -> None:
    """One line for a further round: the time, and each value or failure."""
    parts = [
        f"{finding.title}: {finding.verdict.measured if finding.verdict.outcome in SEEN else finding.verdict.outcome}"
        for finding in round.findings
    ]
    style = {"passed": "", "failed": "red", "not measured": "yellow"}[round.result]
    to.print(Text(f"{round.at}  {round.result}  {'; '.join(parts)}", style=style), soft_wrap=True)
