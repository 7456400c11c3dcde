"""`python -m ops status` on a stack that was deployed by the real engine to a Dokploy in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ops.checkout import SECRETS
from tests.ops.deployed import STACK, Copy, deployed

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("status") / "checkout") as made:
        yield made


def status(copy: Copy, *arguments: str) -> dict[str, Any]:
    ended = copy.ops("status", STACK, "--json", *arguments)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document: dict[str, Any] = json.loads(ended.stdout)
    return document


def test_what_was_deployed_runs_and_has_not_drifted_and_nothing_is_written(copy: Copy) -> None:
    before, calls = copy.files, len(copy.simulator.calls)
    document = status(copy)
    assert document["healthy"] is True
    assert document["drift"] == []
    assert document["release"] == document["application"]["containers"][0]["release"]
    assert [schedule["name"] for schedule in document["application"]["schedules"]] == ["backup", "prune", "storage"]
    assert copy.files == before
    assert {call.method for call in copy.simulator.calls[calls:]} == {"GET"}


def test_a_backup_that_ran_has_an_age(copy: Copy) -> None:
    assert status(copy, "--no-drift")["last_backup_age_s"] is None
    copy.simulator.skip(24 * 3600)
    assert isinstance(status(copy, "--no-drift")["last_backup_age_s"], float)


def test_an_edit_in_dokploy_is_drift_and_no_drift_does_not_look_for_it(copy: Copy) -> None:
    row = next(iter(copy.simulator.state.applications.values()))
    before, row["memoryLimit"] = row["memoryLimit"], str(1024**3)
    try:
        drift = status(copy)["drift"]
        assert drift == [{"name": "chatzwa-application", "operation": "changed", "properties": ["memoryLimit"]}]
        assert status(copy, "--no-drift")["drift"] is None
    finally:
        row["memoryLimit"] = before


def test_without_a_terminal_it_is_plain_text_and_says_what_it_contacts(copy: Copy) -> None:
    ended = copy.ops("status", STACK, "--no-drift")
    assert ended.returncode == 0, ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.stdout.startswith(f"Stack {STACK}")
    assert "1/1 healthy" in ended.stdout
    assert f"reads {copy.simulator.url}: the application" in ended.stderr
    for secret in (*SECRETS.values(), copy.simulator.api_key):
        assert secret not in ended.stdout + ended.stderr


def test_a_dokploy_that_refuses_the_key_ends_with_3(copy: Copy) -> None:
    ended = copy.ops("status", STACK, "--no-drift", DOKPLOY_API_KEY="another-key")
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr


def test_the_help_has_an_example(copy: Copy) -> None:
    ended = copy.ops("status", "--help", COLUMNS="200", TERM="dumb")
    assert "Example: python -m ops status production --json" in ended.stdout
