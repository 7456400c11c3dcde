"""The Makefile's promises that need no set-up: what it lists, and which stack a command is about."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [
    *("setup", "rehearse", "preview", "up", "refresh", "destroy"),
    *("engine", "engine-stop", "base-image"),
    *("unit", "check", "test", "sdk", "docs", "bench", "policies", "lock", "fmt", "clean"),
]


def make(*arguments: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    # What an outer make passes on would change what this one prints.
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "STACK", "ARGS"}
    }
    return subprocess.run(
        ["make", *arguments], cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=False
    )


def test_make_alone_lists_every_command_and_runs_none() -> None:
    ended = make()

    assert ended.returncode == 0
    assert [line.split()[0] for line in ended.stdout.splitlines() if line.startswith("  ")] == ["help", *COMMANDS]


@pytest.mark.parametrize(
    ("arguments", "environment", "stack"),
    [
        (("rehearse",), {}, "production"),
        (("rehearse", "STACK=staging"), {}, "staging"),
        (("rehearse",), {"STACK": "staging"}, "staging"),
        (("up",), {}, "staging"),
        (("up", "STACK=production"), {}, "production"),
    ],
)
def test_a_command_is_about_its_default_stack_or_the_one_that_is_named(
    arguments: tuple[str, ...], environment: dict[str, str], stack: str
) -> None:
    recipe = make("--dry-run", *arguments, **environment).stdout

    assert set(re.findall(r"(?:ops rehearse|--stack) (\w+)", recipe)) == {stack}


def test_a_python_that_is_too_old_is_one_clear_line(tmp_path: Path) -> None:
    folder = tmp_path / "with a blank"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, folder)
    (folder / "sdks" / "dokploy").mkdir(parents=True)
    shutil.copy2(ROOT / "sdks" / "dokploy" / "pyproject.toml", folder / "sdks" / "dokploy")
    old = tmp_path / "old python"
    pretend = "import sys; sys.version_info = (3, 9, 2); exec(sys.argv[2])"
    old.write_text(f"#!/bin/sh\nexec '{sys.executable}' -c '{pretend}' \"$@\"\n")
    old.chmod(0o755)

    ended = make("setup", f"PYTHON={old}", folder=folder)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[0] == (
        f"{sys.executable} is Python 3.9; 3.11 or later is needed: make setup PYTHON=python3.12"
    )
    assert not (folder / ".venv").exists()


def test_a_python_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    shutil.copy2(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "requirements.lock", "sdks/dokploy/pyproject.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    ended = make("setup", "PYTHON=no-such-python", folder=tmp_path)

    assert ended.stderr.splitlines()[0] == (
        "there is no no-such-python; Python 3.11 or later is needed: make setup PYTHON=python3.12"
    )
