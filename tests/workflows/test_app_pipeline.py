"""The workflow of docs/app-pipeline.md: its promises, and that its hand-over opens a pull request."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.reading import EXPRESSION, FOLDER, ROOT, read, strings

PAGE = (ROOT / "docs" / "app-pipeline.md").read_text(encoding="utf-8")
COMMIT = "0123456789abcdef0123456789abcdef01234567"
GH = """#!/bin/sh
case "$1 $2" in
    "repo clone") git clone --quiet "$UPSTREAM" "$4" ;;
    "pr create") printf '%s\\n' "$@" > "$UPSTREAM/created" ;;
esac
"""


def block(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[0]


@pytest.fixture
def pipeline() -> dict[str, Any]:
    return read(block("yaml"))


def test_every_script_that_the_workflow_runs_is_one_to_add_or_the_apps_own(pipeline: dict[str, Any]) -> None:
    runs = [step.get("run", "") for step in pipeline["jobs"]["check"]["steps"]]
    scripts = {word for run in runs for word in re.findall(r"npm (?:run )?(lint|type-check|test|build)$", run)}

    assert scripts == {"lint", "type-check", "test", "build"}
    assert set(json.loads(block("json"))["scripts"]) == scripts - {"build"}


def test_the_workflow_has_the_rights_and_pins_of_the_others(pipeline: dict[str, Any]) -> None:
    uses = re.findall(r"uses: (\S+)", block("yaml"))
    checkout = re.findall(r"uses: (actions/checkout@\S+)", (FOLDER / "check.yml").read_text(encoding="utf-8"))

    assert pipeline["permissions"] == {}
    assert {job.get("environment") for job in pipeline["jobs"].values() if "secrets." in "".join(strings(job))} == {
        "hand-over"
    }
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", use) for use in uses)
    assert uses[0] in checkout
    runs = [step["run"] for job in pipeline["jobs"].values() for step in job["steps"] if "run" in step]
    assert EXPRESSION.findall("".join(runs)) == []


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def test_the_hand_over_opens_a_pull_request_that_changes_the_revision_of_both_stacks(
    pipeline: dict[str, Any], tmp_path: Path
) -> None:
    upstream = tmp_path / "upstream"
    upstream.mkdir()
    files = {
        name: (ROOT / name).read_text(encoding="utf-8") for name in ("Pulumi.staging.yaml", "Pulumi.production.yaml")
    }
    for name, text in files.items():
        (upstream / name).write_text(text)
    git(upstream, "init", "--quiet", "--initial-branch=main")
    git(upstream, "add", ".")
    git(upstream, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--message", "Begin")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    (step,) = pipeline["jobs"]["hand-over"]["steps"]

    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "UPSTREAM": str(upstream),
            "INFRASTRUCTURE": "your-company/chatzwa-infrastructure",
            "GITHUB_SHA": COMMIT,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": "your-company/chatzwa",
        },
        check=True,
    )

    changed = git(upstream, "diff", "main", f"app-{COMMIT[:12]}").splitlines()
    lines = [line for line in changed if re.match(r"[+-] ", line)]
    assert lines == ['-    revision: "1"', f'+    revision: "{COMMIT}"'] * 2
    created = (upstream / "created").read_text().splitlines()
    assert created[created.index("--head") + 1] == f"app-{COMMIT[:12]}"
