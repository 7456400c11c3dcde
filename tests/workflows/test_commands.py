"""What the workflows call exists: targets of make, commands of ops, scripts, stacks."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from ops.__main__ import COMMANDS
from tests.workflows.reading import ROOT, SCRIPTS, jobs

STACKS = {"staging", "production"}
TEXT = "\n".join(
    [one.scripts() for one in jobs()] + [file.read_text(encoding="utf-8") for file in SCRIPTS.glob("*.sh")]
)
TARGETS = sorted(set(re.findall(r"^\s*make ([\w./-]+)", TEXT, re.MULTILINE)))
CALLED_COMMANDS = sorted(set(re.findall(r"-m ops ([a-z-]+)", TEXT)))
CALLED = sorted(set(re.findall(r"\.github/scripts/([\w-]+\.sh)", TEXT)))


def test_the_search_finds_what_is_called() -> None:
    assert {"setup", "check", "test", "up"} <= set(TARGETS)
    assert {"report", "comment", "verify", "evidence", "env"} <= set(CALLED_COMMANDS)


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_of_make_exists(target: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(rf"^{re.escape(target)}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("command", CALLED_COMMANDS)
def test_a_command_of_ops_exists(command: str) -> None:
    assert command in COMMANDS


def test_every_script_is_called_and_can_be_run() -> None:
    assert {file.name for file in SCRIPTS.iterdir()} == set(CALLED)
    assert all(os.access(file, os.X_OK) for file in SCRIPTS.iterdir())


@pytest.mark.parametrize("script", CALLED)
def test_a_script_is_bash_that_ends_at_the_first_failure(script: str) -> None:
    text = (SCRIPTS / script).read_text(encoding="utf-8")
    parsed = subprocess.run(["bash", "-n", str(SCRIPTS / script)], capture_output=True, text=True, check=False)

    assert text.startswith("#!/usr/bin/env bash\n")
    assert "\nset -euo pipefail\n" in text
    assert (parsed.returncode, parsed.stderr) == (0, "")


def test_the_stacks_exist() -> None:
    named = set(re.findall(r"STACK=(\w+)|ops (?:report|verify) (\w+)", TEXT))

    assert {name for pair in named for name in pair if name} == STACKS
    assert all((ROOT / f"Pulumi.{stack}.yaml").is_file() for stack in STACKS)
