"""What is asked for wrongly ends before anything is read or contacted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]
WIDE = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("production", "--address", "somewhere"), "'somewhere' is no address; write it like 192.0.2.7:443"),
        (("production", "--http-address", "192.0.2.7"), "'192.0.2.7' is no address"),
        (("production", "--url", "chat.localhost"), "'chat.localhost' is not the URL of a site"),
        (("production", "--allowed-origin", "*"), "'*' is not the URL of a site"),
        (("production", "--ca", "missing.pem"), "there is no file missing.pem"),
        (("production", "--login", "anna"), "--login: the password of anna is missing: set VERIFY_PASSWORD"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], said: str) -> None:
    error = CliRunner().invoke(app, ["verify", *arguments]).exception
    assert isinstance(error, UsageError)
    assert str(error).startswith(said)


def test_wrong_usage_is_one_line_and_ends_with_2() -> None:
    command = [sys.executable, "-m", "ops", "verify", "production", "--address", "somewhere"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == "error: 'somewhere' is no address; write it like 192.0.2.7:443\n"


def test_the_help_has_an_example_and_the_exit_codes() -> None:
    ended = CliRunner().invoke(app, ["verify", "--help"], env=WIDE)
    assert "Example: python -m ops verify production --watch" in ended.stdout
    assert "3 none failed, but not all" in ended.stdout
