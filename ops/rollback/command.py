"""`python -m ops rollback`: back to the last stable release (SOP, Emergency 2)."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ops.console import console
from ops.errors import FAILED, OpsError
from ops.evidence.act import act, keep
from ops.evidence.records import Rollback
from ops.progress import Progress
from ops.rollback.backup import Backup, before
from ops.rollback.render import data_lines, program_lines, show_past, warnings
from ops.rollback.run import go_back
from ops.rollback.stack import Stack
from ops.rollback.targets import Candidate, Past, read_past
from ops.verify.stack import Deployed
from toolchain import locate

ROOT = Path(__file__).resolve().parents[2]

EPILOG = (
    "Example: `python -m ops rollback production`\n\n"
    "Exit codes: 0 returned or only listed, 1 the earlier release does not serve, 2 wrong usage, 3 there is no way "
    "back or it could not be looked for."
)


def rollback_stack(
    stack: Annotated[str, typer.Argument(help="The stack: staging or production.", show_default=False)],
    to: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The deployment to return to; the last stable one if left out."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Return without asking.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; without --yes nothing is changed.")
    ] = False,
) -> None:
    """Return a stack's application to an earlier release, and prove that it serves (SOP, Emergency 2).

    Lists the deployments that can be returned to, asks, and returns to the newest one before the present whose `up`
    had succeeded: with the image that Dokploy kept in a registry, or by deploying the image of then. The state is
    refreshed, so that the next preview shows what differs; what was left is not deployed again by itself. The
    rollback is added to the evidence. The database is not rolled back; the backup from before the deployment is named.
    """
    progress = Progress()
    progress.note(f"reads stack {stack}: state, history and configuration")
    read = Stack.of(Deployed.read(ROOT, stack, locate(), os.environ, progress.note))
    try:
        progress.note(f"reads {read.client.url}: the deployments of the application and its backups")
        past = read_past(read.client, read.application_id, read.outputs, read.history)
        backup = before(read.client, read.application_id, read.inputs.get("runBefore") or [], past.left_at)
        if as_json:
            typer.echo(json.dumps(_as_json(read, past, backup, to, yes=yes, progress=progress), indent=2))
        else:
            _as_text(read, past, backup, to, yes=yes, progress=progress)
    finally:
        read.client.close()


def _as_text(read: Stack, past: Past, backup: Backup | None, to: str | None, *, yes: bool, progress: Progress) -> None:
    to_screen = console()
    chosen = None
    try:
        chosen = past.choose(to)
    finally:
        # Who cannot go back wants to see why.
        show_past(past, chosen, to_screen)
    stack = read.deployed.name
    for line in (*warnings(past, chosen), *data_lines(backup)):
        to_screen.print(line, markup=False, soft_wrap=True)
    question = f"Return {stack} from {past.current} to {chosen.what} (deployment {chosen.id})?"
    if not yes and not sys.stdin.isatty():
        to_screen.print(f"{question} Nothing was changed: --yes does it.", markup=False, soft_wrap=True)
        return
    if not yes and not typer.confirm(question):
        to_screen.print("Nothing was changed.")
        return
    _go(read, past, chosen, progress)
    to_screen.print(f"{stack} is back at {chosen.what}, and it serves.", style="bold green", soft_wrap=True)
    for line in program_lines(past, chosen, stack):
        to_screen.print(line, markup=False, soft_wrap=True)


def _as_json(
    read: Stack, past: Past, backup: Backup | None, to: str | None, *, yes: bool, progress: Progress
) -> dict[str, Any]:
    listed = {
        "stack": read.deployed.name,
        "current": past.current,
        "deployments": [each.to_json() for each in past.candidates],
        "backup": backup.to_json() if backup else None,
    }
    if not yes:
        chosen = past.choose(to) if to or past.returnable else None
        return {**listed, "result": "listed", "to": chosen.to_json() if chosen else None}
    chosen = past.choose(to)
    return {**listed, "result": "returned", "to": chosen.to_json(), "release": _go(read, past, chosen, progress)}


def _go(read: Stack, past: Past, to: Candidate, progress: Progress) -> str:
    """Return to it, and leave the state and the evidence true, however that ended; the release that runs then."""
    release = ""
    probe = read.inputs.get("probe")
    asks = f", then asks {probe['url']} from outside" if probe else ""
    progress.note(f"changes {read.client.url}: the application runs {to.what} again{asks}; refreshes the state")
    try:
        with progress.step(f"return to {to.what}"):
            release = go_back(read.client, read.application_id, to, read.inputs, progress.detail)
    finally:
        # Also what did not come up was changed in Dokploy.
        _refresh(read, progress)
        done = Rollback(
            **act(ROOT, read.deployed.name, os.environ),
            exit_code=0 if release else FAILED,
            result="succeeded" if release else "failed",
            left=past.current,
            left_release=past.release,
            to=to.what,
            to_release=release,
            deployment_id=to.id,
            proof="serves" if release else "none",
        )
        keep(ROOT, os.environ, done, progress)
    return release


def _refresh(read: Stack, progress: Progress) -> None:
    try:
        read.refresh()
    except OpsError as error:
        progress.note(f"the state was not refreshed ({error}): run `make refresh STACK={read.deployed.name}`")
