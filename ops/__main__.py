"""`python -m ops`: the commands. The options and exit codes of each stand in a file of its own."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from dokploy.errors import DokployError
from ops import errors
from toolchain import ToolchainError

COMMANDS: Mapping[str, str] = {
    "rehearse": "ops.rehearsal.command:rehearse",
    "env": "ops.env_command:env",
    "report": "ops.verdict.command:report_stacks",
    "comment": "ops.verdict.comment_command:comment_on",
    "verify": "ops.verify.command:verify_stack",
    "status": "ops.status.command:show_status",
    "rollback": "ops.rollback.command:rollback_stack",
    "drill": "ops.drill.command:drill_stack",
    "evidence": "ops.evidence.command:show_evidence",
    "adopt": "ops.adopt.command:adopt",
    "engine": "ops.docker_engine.engine_command:engine",
    "base-image": "ops.docker_engine.base_image_command:base_image",
}
"""The module and the function of each. The module's EPILOG holds an example and the exit codes."""

SETTINGS: Mapping[str, Any] = {
    "add_completion": False,
    "rich_markup_mode": "markdown",
    # A rich traceback shows local variables, and secrets are among them.
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}


class Commands(TyperGroup):
    """Imports a command when it is asked for: all of them together take longer than most of them run."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own class of click's
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # as above
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name].partition(":")
        imported = import_module(module)
        one = typer.Typer(**SETTINGS)
        one.command(cmd_name, epilog=imported.EPILOG)(getattr(imported, function))
        return typer.main.get_command(one)


app = typer.Typer(name="python -m ops", cls=Commands, no_args_is_help=True, **SETTINGS)


@app.callback()
def commands() -> None:
    """The commands of this project beside Pulumi's own."""


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


def _complain(message: str, code: int) -> int:
    typer.echo(f"error: {message}", err=True)
    return code


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`, as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
