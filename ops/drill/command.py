"""`python -m ops drill`: its options, what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ops import errors
from ops.drill import run as drill
from ops.evidence.act import act, keep
from ops.evidence.records import Drill
from ops.progress import Progress
from ops.verify.stack import Deployed
from toolchain import locate

ROOT = Path(__file__).resolve().parents[2]

EPILOG = (
    "Example: `python -m ops drill production`\n\n"
    "Exit codes: 0 the newest copy can be restored, 1 it cannot, 2 wrong usage, 3 the drill could not be run."
)


def drill_stack(
    stack: Annotated[str, typer.Argument(help="The stack: staging or production.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a line.")] = False,
) -> None:
    """Restore the newest backup beside the live database, and check that it could take its place (SOP 5.3).

    Runs the stack's schedule `drill` in the app's container at once instead of waiting for its day: the age of the
    copy, its integrity, references, tables and rows, and a write. The live database is only read. The result is added
    to the evidence.
    """
    progress = Progress()
    progress.note(f"reads stack {stack}: outputs and configuration")
    deployed = Deployed.read(ROOT, stack, locate(), os.environ, progress.note)
    client = deployed.client()
    if client is None or deployed.application_id is None:
        raise errors.OpsError(
            f"stack {stack} runs on no Dokploy that could be asked: on a Docker engine run the script that cron runs, "
            "~/.chatzwa/cron/*-drill.sh on the engine's machine"
        )
    try:
        progress.note(f"asks {client.url}: runs the schedule {drill.NAME} and reads its log")
        with progress.step("restore the newest copy"):
            ended = drill.run(client, deployed.application_id, stack, progress.detail)
    finally:
        client.close()
    done = Drill(
        **act(ROOT, stack, os.environ),
        exit_code=0 if ended.restored else errors.FAILED,
        result="restored" if ended.restored else "failed",
        copy_restored=ended.copy,
    )
    keep(ROOT, os.environ, done, progress)
    if as_json:
        typer.echo(
            json.dumps({"stack": stack, "result": done.result, "copy": ended.copy, "said": ended.said}, indent=2)
        )
    else:
        typer.echo(ended.said)
    raise typer.Exit(done.exit_code)
