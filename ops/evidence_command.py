"""`python -m ops evidence`: shows the records of all updates, and adds that of the one that has just ended."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ops.errors import UsageError
from ops.evidence import Record, append, evidence_file, read, to_json
from ops.evidence_update import record_of
from ops.progress import Progress
from ops.verdict.escape import code, prose
from toolchain import locate as locate_cli

ROOT = Path(__file__).resolve().parent.parent

EPILOG = (
    "Example: `python -m ops evidence --json`\n\n"
    "The records lie in `.pulumi-state/evidence.jsonl`, or in the file that EVIDENCE_FILE names. "
    "Exit codes: 0 shown or added, 2 wrong usage, 3 the file cannot be read or written."
)


def show_evidence(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list instead of Markdown.")] = False,
    record: Annotated[
        str | None,
        typer.Option(metavar="STACK", help="Add the record of an update instead; `make up` does.", show_default=False),
    ] = None,
    events: Annotated[
        Path | None, typer.Option(help="With --record: the engine's events of the update.", show_default=False)
    ] = None,
    exit_code: Annotated[int, typer.Option(help="With --record: Pulumi's exit code.")] = 0,
) -> None:
    """Show what was deployed: when, by whom, from which commit, with what the policies said."""
    file = evidence_file(ROOT)
    if record is None:
        records = read(file)
        typer.echo(json.dumps(to_json(records), indent=2) if as_json else markdown(records))
        return
    if events is None:
        raise UsageError("--record needs --events, the file with the engine's events")
    made = record_of(ROOT, record, events, exit_code, locate_cli(), os.environ)
    if made is not None:
        append(file, made)
        Progress().note(f"evidence of this update: {file}")


def markdown(records: list[Record]) -> str:
    """A table, newest first."""
    if not records:
        return "No update has left evidence yet."
    lines = [
        "| time | stack | result | who | commit | changes | policies | exemptions | deployment | proof |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [f"| {' | '.join(_cells(record))} |" for record in reversed(records)]
    return "\n".join(lines)


def _cells(record: Record) -> tuple[str, ...]:
    policies = record.policies
    said = f"{policies.pack} {policies.version}: {len(policies.blocking)} block, {len(policies.advising)} advise"
    return (
        record.time,
        code(record.stack),
        record.result if record.exit_code == 0 else f"**failed** ({record.exit_code})",
        prose(record.who),
        code(record.commit[:12]) if record.commit else "",
        ", ".join(f"{count} {prose(name)}" for name, count in sorted(record.changes.items())) or "none",
        prose(said) if policies.pack else "no pack",
        "<br>".join(prose(each) for each in record.exemptions) or "none",
        code(record.deployment_id) if record.deployment_id else "",
        record.proof,
    )
