"""`python -m ops engine`: find a Docker engine, start a private one, or end it."""

from __future__ import annotations

from typing import Annotated

import typer

from ops import docker_engine
from ops.progress import Progress

EPILOG = (
    'Example: `export DOCKER_HOST="$(.venv/bin/python -m ops engine)"`\n\n'
    "Exit codes: 0 an engine answers, or with --stop none of this checkout's runs, 2 wrong usage, 3 there is no engine."
)


def engine(
    stop: Annotated[bool, typer.Option("--stop", help="End the private engine instead.")] = False,
) -> None:
    """Find a Docker engine, or start a private one, and print its address.

    The order: DOCKER_HOST, docker's context, the default socket, a rootless engine. Where none answers, root on
    Debian gets a private engine under `.tools/engine`; no other engine is ever started or stopped.
    """
    progress = Progress()
    if stop:
        progress.note("the private engine has ended" if docker_engine.stop() else "there is no private engine to end")
        return
    host = docker_engine.find_or_start(progress=progress)
    progress.note(f"the Docker engine is {host.url} ({host.how})")
    typer.echo(host.url)
