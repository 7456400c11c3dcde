"""What is asked for wrongly ends before anything is read or contacted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def ops(*arguments: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(
        [sys.executable, "-m", "ops", *arguments], cwd=ROOT, env=variables, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("production", "--address", "somewhere"), "'somewhere' is no address; write it like 192.0.2.7:443"),
        (("production", "--http-address", "192.0.2.7"), "'192.0.2.7' is no address"),
        (("production", "--url", "chat.localhost"), "'chat.localhost' is not the URL of a site"),
        (("production", "--allowed-origin", "*"), "'*' is not the URL of a site"),
        (("production", "--ca", "missing.pem"), "there is no file missing.pem"),
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(arguments: tuple[str, ...], said: str) -> None:
    ended = ops("verify", *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: {said}")
    assert len(ended.stderr.splitlines()) == 1


def test_the_help_has_an_example_and_the_exit_codes() -> None:
    ended = ops("verify", "--help")
    assert ended.returncode == 0
    assert "Example: python -m ops verify production --watch" in ended.stdout
    assert "3 nothing could be measured" in ended.stdout
