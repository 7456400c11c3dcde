"""`python -m ops rehearse`: its options, what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, get_args

import typer

from dokploy.simulator import Outcome
from ops import errors
from ops.console import console
from ops.progress import Progress
from ops.rehearsal.rehearse import Options, rehearse_stack
from ops.rehearsal.render import show
from ops.rehearsal.report import Report
from toolchain import locate

ROOT = Path(__file__).resolve().parents[2]

EPILOG = (
    "Example: `python -m ops rehearse staging --json > rehearsal.json`\n\n"
    "Exit codes: 0 everything held, 1 it did not, 2 wrong usage, 3 could not run, 130 interrupted, "
    "and nothing is left."
)


def rehearse(
    stack: Annotated[str, typer.Argument(help="The stack: staging or production.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the summary.")] = False,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep",
            help="Do not destroy: leave the state for a look, and in a terminal the simulator until Ctrl-C.",
        ),
    ] = False,
    release: Annotated[
        Outcome,
        typer.Option(
            metavar="OUTCOME",
            help=f"How the deployed release turns out, to see a failure: {', '.join(get_args(Outcome))}.",
        ),
    ] = "healthy",
    config_file: Annotated[
        Path | None,
        typer.Option(help="Rehearse with this file instead of Pulumi.STACK.yaml.", show_default=False),
    ] = None,
) -> None:
    """Deploy a stack to a Dokploy in memory with the real engine: up, up again, refresh, destroy.

    The second up and the refresh must change nothing, and destroy must leave nothing behind. Secrets are
    generated, and reserved example host names make way for one of the rehearsal's own. Your Pulumi home,
    stacks and state are not touched.
    """
    options = Options(root=ROOT, stack=stack, keep=keep, release=release, config_file=config_file)
    report = rehearse_stack(options, locate(), Progress(), _print_json if as_json else _print_summary)
    if report.result == "failed":
        raise typer.Exit(errors.FAILED)


def _print_json(report: Report) -> None:
    typer.echo(json.dumps(report.to_json(), indent=2))


def _print_summary(report: Report) -> None:
    show(report, console())
