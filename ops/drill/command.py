"""`python -m ops drill`: its options, what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ops import errors
from ops.drill import run as drill
from ops.drill.run import Result
from ops.evidence.act import act, keep
from ops.evidence.records import Drill
from ops.progress import Progress
from ops.verify.stack import NO_WAY, Deployed
from toolchain import locate

ROOT = Path(__file__).resolve().parents[2]

EPILOG = (
    "Example: `python -m ops drill production`\n\n"
    "Exit codes: 0 the newest copy can be restored, 1 it cannot, 2 wrong usage, 3 the drill could not be run, or its "
    "log does not tell whether a copy was restored."
)
CODES: dict[Result, int] = {"restored": 0, "failed": errors.FAILED, "not proved": errors.COULD_NOT_RUN}


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
    if deployed.application_id is None:
        raise errors.OpsError(by_hand(stack, deployed.outputs.get("app_name")))
    client = deployed.client()
    if client is None:
        raise errors.OpsError(NO_WAY)
    try:
        progress.note(f"asks {client.url}: runs the schedule {drill.NAME} and reads its log")
        with progress.step("restore the newest copy"):
            ended = drill.run(client, deployed.application_id, stack, progress.detail)
    finally:
        client.close()
    done = Drill(
        **act(ROOT, stack, os.environ),
        exit_code=CODES[ended.result],
        result=ended.result,
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


def by_hand(stack: str, container: str | None) -> str:
    """What to do where there is no Dokploy: the script that cron runs has its name from the container's."""
    if not container:
        return f"stack {stack} is not deployed: run `make up STACK={stack}`"
    return (
        f"stack {stack} runs on no Dokploy that could be asked: on the engine's machine run the script that cron runs, "
        f"`sh ~/.chatzwa/cron/{container}-{drill.NAME}.sh`"
    )
