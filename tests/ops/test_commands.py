"""The command line itself: what it offers, and how it ends when it cannot start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from dokploy.simulator import Outcome
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
    assert "Exit codes: 0 " in ended.stdout
    assert "<bool>" not in ended.stdout


def test_the_help_of_all_says_what_every_exit_code_means() -> None:
    said = " ".join(ops("--help").stdout.split())

    assert re.search(r"2 for .*3 where .*130 where .*141 where", said)
    assert "<bool>" not in said


def test_the_outcomes_of_a_release_are_listed_unbroken() -> None:
    ended = CliRunner().invoke(app, ["rehearse", "--help"], env={"COLUMNS": "80", "TERM": "dumb", "NO_COLOR": "1"})

    assert all(outcome in ended.stdout for outcome in get_args(Outcome))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rehearce",), "No such command 'rehearce': did you mean rehearse?"),
        (("xyz",), "No such command 'xyz' "),
        (("rehearse", "stagng"), "has local, production, staging: did you mean staging?"),
        (("rehearse", "staging", "--release", "crsh"), "Invalid value for '--release': 'crsh' is not one of"),
    ],
)
def test_a_misspelt_word_is_answered_with_what_there_is(arguments: tuple[str, ...], said: str) -> None:
    ended = ops(*arguments)

    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_python_without_the_packages_is_told_the_command_that_has_them() -> None:
    # `-S` leaves out what is installed beside Python.
    command = [sys.executable, "-S", "-m", "ops", "rehearse", "my stack"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 3
    assert ended.stderr == (
        f"error: {sys.executable} has no typer: run `make setup`, then `.venv/bin/python -m ops rehearse 'my stack'`\n"
    )


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
