"""`python -m ops`: the commands. The options and exit codes of each stand in a file of its own."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from types import FrameType
from typing import Any, NoReturn

try:
    import typer
    from typer.core import TyperCommand, TyperGroup

    from dokploy.errors import DokployError
    from ops import errors
    from ops.output import OutputError, leave_unwritten, watch_output
    from toolchain import ToolchainError
except ModuleNotFoundError as error:
    # Another Python than the project's, such as the system's own.
    instead = shlex.join([".venv/bin/python", "-m", "ops", *sys.argv[1:]])
    sys.stderr.write(f"error: {sys.executable} has no {error.name}: run `make setup`, then `{instead}`\n")
    raise SystemExit(3) from None

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


EPILOG = (
    "Each command's own `--help` has an example and says which exit codes it ends with. Common to all are 2 for wrong "
    "usage, 3 where it could not run or its output could not be written, 130 where it was interrupted, and 141 where "
    "nobody reads its output any more."
)


class Command(TyperCommand):
    """One command, with the help and the errors of its options in plain words."""

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]  # typer's own class of click's
        return _without_types_of_flags(super().get_params(ctx))

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # as above
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = error.message.removeprefix("Value error, ")
            raise


class Commands(TyperGroup):
    """Imports a command when it is asked for: all of them together take longer than most of them run."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own class of click's
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # as above
        if cmd_name not in COMMANDS:
            ctx.fail(f"No such command {cmd_name!r}{errors.did_you_mean(cmd_name, COMMANDS)}")
        module, _, function = COMMANDS[cmd_name].partition(":")
        imported = import_module(module)
        one = typer.Typer(**SETTINGS)
        one.command(cmd_name, cls=Command, epilog=imported.EPILOG)(getattr(imported, function))
        return typer.main.get_command(one)

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]  # as above
        return _without_types_of_flags(super().get_params(ctx))


def _without_types_of_flags(parameters: list[Any]) -> list[Any]:
    """A flag takes no value; typer would show `<bool>` beside it."""
    for each in parameters:
        if getattr(each, "is_flag", False) and each.metavar is None:
            each.metavar = ""
    return parameters


app = typer.Typer(name="python -m ops", cls=Commands, no_args_is_help=True, epilog=EPILOG, **SETTINGS)


@app.callback()
def commands() -> None:
    """The commands of this project beside Pulumi's own."""


def main() -> NoReturn:
    """Run the command line; every foreseen error is one line and an exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    watch_output()
    try:
        sys.exit(_run())
    except OutputError as error:
        with suppress(OutputError):
            _complain(str(error), error.code)
        leave_unwritten()
        sys.exit(error.code)


def _run() -> int:
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OutputError:
        raise
    except errors.OpsError as error:
        return _complain(str(error), error.code)
    except (ToolchainError, DokployError) as error:
        return _complain(str(error), errors.COULD_NOT_RUN)
    except KeyboardInterrupt:
        return errors.INTERRUPTED
    return 0


def _complain(message: str, code: int) -> int:
    if message:
        typer.echo(f"error: {message}", err=True)
    return code


def _terminated(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Leave through every `finally`, as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
