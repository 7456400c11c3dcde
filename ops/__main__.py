"""`python -m ops`: the commands, their options and their exit codes. What they do lies in a file each."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from dokploy.errors import DokployError
from dokploy.simulator import Outcome
from ops import adopt_render, docker_engine, drill_command, errors, evidence_command, status_command
from ops.adopt import Options as AdoptOptions
from ops.adopt import adopt as adopt_project
from ops.docker_engine.base_image import make_base_image
from ops.docker_engine.environment import docker_environment
from ops.environment import deployment_environment, exports
from ops.interrupted import take_up
from ops.progress import Progress
from ops.rehearse import Options, rehearse_stack
from ops.render import show
from ops.report import Report
from ops.rollback import EPILOG as ROLLBACK_EPILOG
from ops.rollback import rollback_stack
from ops.verdict import command as verdict
from ops.verdict import comment_command
from ops.verify import command as verification
from toolchain import ToolchainError, locate

WIDTH = 120
ROOT = Path(__file__).resolve().parent.parent

app = typer.Typer(
    name="python -m ops",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    # A rich traceback shows local variables, and secrets are among them.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def commands() -> None:
    """The commands of this project beside Pulumi's own."""


@app.command(
    epilog="Example: `python -m ops rehearse staging --json > rehearsal.json`\n\n"
    "Exit codes: 0 everything held, 1 it did not, 2 wrong usage, 3 could not run."
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
        typer.Option(help="How the deployed release turns out; anything but healthy shows a failure."),
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


@app.command(epilog='Example: `eval "$(.venv/bin/python -m ops env)" && pulumi stack ls`')
def env(
    stack: Annotated[
        str | None,
        typer.Option(
            help="Also what this stack needs: a state that no killed run holds; on the Docker platform, plugins and an "
            "engine."
        ),
    ] = None,
) -> None:
    """Print, for a shell to evaluate, what a plain `pulumi` needs to work on this project's state."""
    progress = Progress()
    variables = deployment_environment(ROOT, locate(), os.environ, progress.note)
    if stack:
        take_up(ROOT, stack, locate(), {**os.environ, **variables}, progress.note)
        variables |= docker_environment(ROOT, stack, progress)
    typer.echo(exports(variables))


@app.command(
    epilog="Example: `python -m ops adopt 'My chat' --stack production`\n\n"
    "The API key comes from DOKPLOY_API_KEY, the address from DOKPLOY_URL or the stack's `dokploy:url`. "
    "Exit codes: 0 both files are written, 2 there is no such project, 3 Dokploy could not be asked."
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
    options = AdoptOptions(
        root=ROOT, project=project, stack=stack, environment=environment, application=application, out=out
    )
    adoption = adopt_project(options)
    if as_json:
        typer.echo(json.dumps(adoption.to_json(), indent=2))
    else:
        adopt_render.show(adoption, _console())


@app.command(epilog='Example: `export DOCKER_HOST="$(.venv/bin/python -m ops engine)"`')
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


@app.command(name="base-image", epilog="Example: `.venv/bin/python -m ops base-image && make up STACK=local`")
def base_image() -> None:
    """Make the image chatzwa-base:local from this machine's own node, for where no registry is reachable.

    The same programs give the same image id; an image that is there already is left as it is.
    """
    progress = Progress()
    host = docker_engine.find_or_start(progress=progress)
    image = make_base_image(host.url, progress)
    progress.note(f"{image.name} is {'ready' if image.made else 'there already'}: {image.id}")
    typer.echo(image.id)


app.command("verify", epilog=verification.EPILOG)(verification.verify_stack)
app.command("comment", epilog=comment_command.EPILOG)(comment_command.comment_on)
app.command("evidence", epilog=evidence_command.EPILOG)(evidence_command.show_evidence)
app.command("report", epilog=verdict.EPILOG)(verdict.report_stacks)
app.command("drill", epilog=drill_command.EPILOG)(drill_command.drill_stack)
app.command("status", epilog=status_command.EPILOG)(status_command.show_status)


app.command("rollback", epilog=ROLLBACK_EPILOG)(rollback_stack)


def main() -> NoReturn:
    """Run the command line; every foreseen error is one line and an exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except errors.OpsError as error:
        sys.exit(_complain(str(error), error.code))
    except (ToolchainError, DokployError) as error:
        sys.exit(_complain(str(error), errors.COULD_NOT_RUN))
    sys.exit(0)


def _print_json(report: Report) -> None:
    typer.echo(json.dumps(report.to_json(), indent=2))


def _print_summary(report: Report) -> None:
    show(report, _console())


def _console() -> Console:
    # Where nobody's window sets a width, tables are wide enough to be read whole.
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)


def _complain(message: str, code: int) -> int:
    typer.echo(f"error: {message}", err=True)
    return code


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`, as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
