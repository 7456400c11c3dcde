"""`python -m ops adopt`: its options, what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from ops.adopt import render as adopt_render
from ops.adopt.project import Options
from ops.adopt.project import adopt as adopt_project
from ops.console import console

ROOT = Path(__file__).resolve().parents[2]

EPILOG = (
    "Example: `python -m ops adopt 'My chat' --stack production`\n\n"
    "The API key comes from DOKPLOY_API_KEY, the address from DOKPLOY_URL or the stack's `dokploy:url`. "
    "Exit codes: 0 both files are written, 2 wrong usage: no such project, no address or no key, "
    "3 Dokploy could not be asked."
)


def adopt(
    project: Annotated[str, typer.Argument(help="The project in Dokploy: its name or id.", show_default=False)],
    environment: Annotated[
        str | None, typer.Option(help="Its environment, where several hold applications.", show_default=False)
    ] = None,
    application: Annotated[
        str | None, typer.Option(help="The application, where there are several.", show_default=False)
    ] = None,
    stack: Annotated[str, typer.Option(help="The stack that takes it over.")] = "production",
    out: Annotated[
        Path | None, typer.Option(help="The import file; import.STACK.json if left out.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the summary.")] = False,
) -> None:
    """Take a project that was made by hand in Dokploy under this program's care.

    Reads it, and writes the file for `pulumi import` and the stack's configuration, without the values of secrets.
    Lists what the first `up` will change and what stays as it is. Nothing is changed in Dokploy.
    """
    options = Options(
        root=ROOT, project=project, stack=stack, environment=environment, application=application, out=out
    )
    adoption = adopt_project(options)
    if as_json:
        typer.echo(json.dumps(adoption.to_json(), indent=2))
    else:
        adopt_render.show(adoption, console())
