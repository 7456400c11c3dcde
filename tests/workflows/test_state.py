"""No stack is touched whose state would be lost, or could not be read."""

from __future__ import annotations

import pytest

from tests.workflows.conftest import Runner


@pytest.mark.parametrize(
    ("variables", "missing"),
    [
        ({}, "the variable PULUMI_BACKEND_URL of this environment is not set"),
        ({"PULUMI_BACKEND_URL": "file:///home/runner"}, "PULUMI_BACKEND_URL is a folder of this runner"),
        ({"PULUMI_BACKEND_URL": "s3://state"}, "the secret PULUMI_CONFIG_PASSPHRASE of this environment is not set"),
        (
            {"PULUMI_BACKEND_URL": "https://api.pulumi.com"},
            "the secret PULUMI_ACCESS_TOKEN of this environment is not set",
        ),
    ],
)
def test_what_is_missing_is_one_line_that_names_it(runner: Runner, variables: dict[str, str], missing: str) -> None:
    ended = runner.run("state.sh", **variables)

    assert ended.returncode == 3
    assert ended.stdout.startswith(f"::error title=Settings::{missing}")
    assert ended.stdout.count("\n") == 1


@pytest.mark.parametrize(
    "variables",
    [
        {"PULUMI_BACKEND_URL": "s3://state", "PULUMI_CONFIG_PASSPHRASE": "secret"},
        {"PULUMI_BACKEND_URL": "https://api.pulumi.com", "PULUMI_ACCESS_TOKEN": "secret"},
    ],
)
def test_what_is_there_is_not_shown(runner: Runner, variables: dict[str, str]) -> None:
    ended = runner.run("state.sh", **variables)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
