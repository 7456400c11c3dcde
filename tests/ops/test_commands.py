"""The command line itself: what it offers, and how it ends when it cannot start."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import COMMANDS, app

ROOT = Path(__file__).resolve().parents[2]


def ops(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    # A wide window and no colours, so that the help can be searched. Python looks in `folder` before all else.
    variables = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_each_command_has_an_example(command: str) -> None:
    ended = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1"})

    assert ended.exit_code == 0
    assert "Example: " in ended.stdout
    assert f"ops {command}" in ended.stdout.partition("Example: ")[2]


@pytest.mark.parametrize(
    "arguments",
    [("rehearse",), ("rehearse", "staging", "--nope"), ("rehearse", "staging", "--release", "no"), ("nope",)],
)
def test_wrong_usage_ends_with_2(arguments: tuple[str, ...]) -> None:
    ended = ops(*arguments)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [("rehearse", "staging"), ("env",)])
def test_a_checkout_that_is_not_set_up_ends_with_3_and_the_way_out(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    for package in ("ops", "toolchain", "components", "dokploy"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))

    ended = ops(*arguments, folder=tmp_path)

    assert ended.returncode == 3
    assert ended.stdout == ""
    assert ended.stderr == "error: Pulumi is not set up in this checkout: run `make setup`\n"
