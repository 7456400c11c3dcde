"""`python -m ops evidence`: shows all records, and adds that of an update that has just ended."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ops.errors import UsageError
from ops.evidence.records import append, evidence_file, read, to_json
from ops.evidence.render import markdown
from ops.evidence.update import record_of
from ops.progress import Progress
from toolchain import locate as locate_cli

ROOT = Path(__file__).resolve().parents[2]

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
    """Show what was deployed, rolled back and verified: when, by whom, from which commit, and what came of it."""
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
