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


@pytest.fixture
def set_up(tmp_path: Path) -> Path:
    """A folder that looks set up. Its Python and its Pulumi write down what they are asked; Pulumi ends with 255."""
    folder = tmp_path / "with a blank"
    for name in ("requirements.lock", "pyproject.toml", "sdks/dokploy/pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    shutil.copy2(ROOT / "Makefile", folder)
    for name, script in {
        ".venv/bin/python": """case "$*" in *" env "*) echo 'PATH="$PWD/bin:$PATH"';; esac; echo "$*" >> log""",
        "bin/pulumi": 'echo "pulumi $*" >> log; [ "$1" = stack ] || exit 255',
    }.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    (folder / ".venv" / ".made-in").write_text(str(folder))
    for name in (".venv/.ready", ".tools/.ready"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return folder


def said(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if not line.startswith("make")]


@pytest.mark.parametrize("command", ["up", "refresh", "destroy"])
def test_without_a_terminal_a_command_that_asks_names_the_way_not_to_be_asked(set_up: Path, command: str) -> None:
    ended = make(command, folder=set_up)

    assert said(ended.stderr) == [
        f"nobody can be asked without a terminal: `make {command} STACK=staging ARGS=--yes` does not ask"
    ]
    assert f"pulumi {command} --stack staging" in (set_up / "log").read_text()


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("up", "ARGS=--yes"), {}),
        (("up", "ARGS=--message 'a \"quoted word\"' -y"), {}),
        (("up", "ARGS=-yf"), {}),
        (("destroy", "ARGS=--skip-preview --yes"), {}),
        (("refresh", "ARGS=--preview-only"), {}),
        (("up",), {"PULUMI_SKIP_CONFIRMATIONS": "true"}),
        (("preview",), {}),
    ],
)
def test_nothing_is_said_where_nobody_is_asked(
    set_up: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    assert said(make(*arguments, folder=set_up, **environment).stderr) == []


@pytest.mark.parametrize("arguments", ["ARGS=--message yes", "ARGS=--message 'say --yes'", "ARGS=--diff"])
def test_a_word_that_only_looks_like_an_answer_is_none(set_up: Path, arguments: str) -> None:
    assert len(said(make("up", arguments, folder=set_up).stderr)) == 1


def test_in_a_terminal_pulumi_asks_itself(set_up: Path) -> None:
    leader, follower = os.openpty()
    ended = subprocess.run(
        ["make", "up"], cwd=set_up, stdin=follower, stdout=follower, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(leader)
    os.close(follower)

    assert said(ended.stderr) == []


def test_make_ends_with_2_and_the_record_is_given_the_exit_code_of_pulumi(set_up: Path) -> None:
    ended = make("up", "ARGS=--yes", folder=set_up)

    assert ended.returncode == 2
    assert (set_up / "log").read_text().splitlines()[-1].endswith(" --exit-code 255")
