"""The command plugin under the real engine, through the SDK that programs use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.toolchain.conftest import Project
from toolchain import install_plugins

pytestmark = pytest.mark.engine


@pytest.fixture
def commands(project: Project) -> Project:
    """The project with the plugins in its home."""
    install_plugins(Path(project.environment["PULUMI_HOME"]))
    return project


def command(project: Project, **arguments: object) -> None:
    """Let the program consist of one command that writes what it does into `log`."""
    valid: dict[str, object] = {
        "create": "echo create $WHO >> log; echo made; echo careful >&2",
        "delete": "echo delete $WHO >> log",
        "environment": {"WHO": "ada"},
        "dir": str(project.folder),
    }
    given = {name: value for name, value in (valid | arguments).items() if value is not None}
    program = f"""
        import pulumi
        from pulumi_command import local

        command = local.Command("command", **{given!r})
        pulumi.export("stdout", command.stdout)
        pulumi.export("stderr", command.stderr)
    """
    project.write("__main__.py", program)


def log(project: Project) -> list[str]:
    file = project.folder / "log"
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    return lines


def outputs(project: Project) -> Any:
    return json.loads(project.pulumi("stack", "output", "--json", "--show-secrets"))


def test_a_command_runs_once_and_is_removed_by_its_delete(commands: Project) -> None:
    command(commands)
    commands.pulumi("preview")
    assert log(commands) == []
    commands.pulumi("up", "--yes", "--skip-preview")
    assert outputs(commands) == {"stdout": "made", "stderr": "careful"}
    commands.pulumi("up", "--yes", "--expect-no-changes")
    commands.pulumi("refresh", "--yes", "--expect-no-changes")
    commands.pulumi("destroy", "--yes")
    assert log(commands) == ["create ada", "delete ada"]


def test_a_changed_command_is_updated_in_place_by_its_update(commands: Project) -> None:
    command(commands, update="echo update after $PULUMI_COMMAND_STDOUT >> log")
    commands.pulumi("up", "--yes", "--skip-preview")
    command(commands, update="echo update after $PULUMI_COMMAND_STDOUT >> log", environment={"WHO": "eva"})
    commands.pulumi("up", "--yes", "--skip-preview")
    assert log(commands) == ["create ada", "update after made"]


def test_without_an_update_a_change_creates_in_place_and_may_not_know_the_previous_output(commands: Project) -> None:
    command(commands, create="echo $PULUMI_COMMAND_STDOUT.; echo create >> log")
    commands.pulumi("up", "--yes", "--skip-preview")
    command(
        commands, create="echo after$PULUMI_COMMAND_STDOUT; echo create again >> log", add_previous_output_in_env=False
    )
    commands.pulumi("up", "--yes", "--skip-preview")
    assert outputs(commands)["stdout"] == "after"
    assert log(commands) == ["create", "create again"]


def test_a_changed_trigger_replaces_and_the_old_delete_runs_as_the_state_has_it(commands: Project) -> None:
    command(commands, triggers=["one"])
    commands.pulumi("up", "--yes", "--skip-preview")
    command(
        commands, triggers=["two"], update="echo update >> log", delete="echo other >> log", environment={"WHO": "eva"}
    )
    commands.pulumi("up", "--yes", "--skip-preview")
    assert log(commands) == ["create ada", "create eva", "delete ada"]


def test_stdin_and_an_interpreter_are_handed_over(commands: Project) -> None:
    command(commands, create="tr a-z A-Z", stdin="quiet", interpreter=["/bin/sh", "-e", "-c"])
    commands.pulumi("up", "--yes", "--skip-preview")
    assert outputs(commands)["stdout"] == "QUIET"


def test_a_failing_command_fails_the_update_with_what_it_said_and_is_tried_again(commands: Project) -> None:
    command(commands, create="echo half; echo why >&2; exit 3")
    said = commands.pulumi("up", "--yes", "--skip-preview", code=1)
    for part in ("exit status 3", "half", "why"):
        assert part in said
    command(commands)
    commands.pulumi("up", "--yes", "--skip-preview")
    assert log(commands) == ["create ada"]


def test_a_failing_update_keeps_the_state_and_is_tried_again(commands: Project) -> None:
    command(commands)
    commands.pulumi("up", "--yes", "--skip-preview")
    command(commands, update="exit 3")
    commands.pulumi("up", "--yes", "--skip-preview", code=1)
    command(commands, update="echo update >> log")
    commands.pulumi("up", "--yes", "--skip-preview")
    assert log(commands) == ["create ada", "update"]


@pytest.mark.parametrize(("logging", "shown"), [(None, True), ("stdout", True), ("stderr", False), ("none", False)])
def test_only_what_logging_allows_is_shown(commands: Project, logging: str | None, shown: bool) -> None:
    command(commands, create="echo visible-$WHO", logging=logging)
    said = commands.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs")
    assert ("visible-ada" in said) == shown


def test_a_line_longer_than_any_buffer_does_not_stop_the_command(commands: Project) -> None:
    command(commands, create="head -c 300000 /dev/zero | tr '\\0' x; echo; echo end")
    commands.pulumi("up", "--yes", "--skip-preview", "--suppress-outputs")
    assert outputs(commands)["stdout"] == "x" * 300000 + "\nend"


def test_a_secret_input_is_in_no_state_file_and_no_output(commands: Project, tmp_path: Path) -> None:
    program = f"""
        import pulumi
        from pulumi_command import local

        secret = pulumi.Output.secret("correct-horse")
        command = local.Command(
            "command", create="echo got $S", environment={{"S": secret}}, dir={str(commands.folder)!r}, logging="none"
        )
        pulumi.export("stdout", command.stdout)
    """
    commands.write("__main__.py", program)
    said = commands.pulumi("up", "--yes", "--skip-preview")
    assert outputs(commands) == {"stdout": "got correct-horse"}
    states = [file.read_text() for file in (tmp_path / "state").rglob("*.json")]
    assert states
    assert not any("correct-horse" in text for text in (said, *states))


def test_the_function_runs_in_a_preview_too(commands: Project) -> None:
    program = """
        import pulumi
        from pulumi_command import local

        answer = local.run(command="cat; echo $WHO", stdin="hello ", environment={"WHO": "ada"})
        pulumi.log.info(f"the function said {answer.stdout}")
    """
    commands.write("__main__.py", program)
    assert "the function said hello ada" in commands.pulumi("preview")
