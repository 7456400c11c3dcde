"""`python -m ops env`: what a plain `pulumi` needs, for a shell to evaluate."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ops.docker_engine.environment import docker_environment
from ops.environment import check_passphrase, deployment_environment, exports
from ops.interrupted import take_up
from ops.known_stack import require_stack
from ops.progress import Progress
from toolchain import locate

ROOT = Path(__file__).resolve().parent.parent

EPILOG = (
    'Example: `eval "$(.venv/bin/python -m ops env)" && pulumi stack ls`\n\n'
    "Exit codes: 0 printed, 2 wrong usage or no such stack, 3 the state, Pulumi or an engine cannot be had."
)


def env(
    stack: Annotated[
        str | None,
        typer.Option(
            metavar="STACK",
            help="Also what this stack needs: a file or a state of that name, held by no killed run; on the Docker "
            "platform, plugins and an engine.",
        ),
    ] = None,
) -> None:
    """Print, for a shell to evaluate, what a plain `pulumi` needs to work on this project's state.

    A plain `python -m ops` works in that shell too.
    """
    progress = Progress()
    if stack:
        check_passphrase(ROOT, stack, os.environ, progress.note)
        require_stack(ROOT, stack, locate(), os.environ, progress.note)
    variables = deployment_environment(ROOT, locate(), os.environ, progress.note)
    # The commands beside Pulumi's are run by the Python that has this project's packages.
    variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}"
    if stack:
        take_up(ROOT, stack, locate(), {**os.environ, **variables}, progress.note)
        variables |= docker_environment(ROOT, stack, progress)
    typer.echo(exports(variables))
