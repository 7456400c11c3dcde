"""`python -m ops status`: its options, what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from ops import errors
from ops.console import console
from ops.progress import Progress
from ops.status.render import show
from ops.status.sources import Sources
from ops.verify.stack import Deployed
from toolchain import locate

ROOT = Path(__file__).resolve().parents[2]

EPILOG = (
    "Example: `python -m ops status production --json`\n\n"
    "Exit codes: 0 the status is known, whatever it says, 2 wrong usage, 3 Dokploy could not be asked."
)


def show_status(
    stack: Annotated[str, typer.Argument(help="The stack: staging or production.", show_default=False)],
    drift: Annotated[
        bool, typer.Option("--drift/--no-drift", help="Preview a refresh, to find what was changed by hand.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the tables.")] = False,
) -> None:
    """Show what a stack is doing: release, tasks, health, deployments, backups, certificate, drift.

    The state, Dokploy and the site's certificate are read; nothing is changed.
    """
    progress = Progress()
    progress.note(f"reads stack {stack}: outputs, configuration and state")
    deployed = Deployed.read(ROOT, stack, locate(), os.environ, progress.note)
    status = Sources(deployed, progress).status(drift=drift)
    if as_json:
        typer.echo(json.dumps(status.to_json(), indent=2))
    else:
        show(status, console())
    if status.application is None and deployed.application_id is not None:
        raise typer.Exit(errors.COULD_NOT_RUN)
