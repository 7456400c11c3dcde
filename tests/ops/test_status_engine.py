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


def test_what_was_deployed_runs_and_has_not_drifted_and_nothing_is_written(copy: Copy) -> None:
    before, calls = copy.files, len(copy.simulator.calls)
    ended = copy.ops("status", STACK, "--json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document: dict[str, Any] = json.loads(ended.stdout)
    assert document["healthy"] is True
    assert document["drift"] == []
    assert document["deployment"]["status"] == "done"
    assert document["release"] == document["application"]["containers"][0]["release"]
    assert document["application"]["tasks"][0]["wanted"] == "running"
    assert [each["status"] for each in document["application"]["deployments"]] == ["done"]
    assert [schedule["name"] for schedule in document["application"]["schedules"]] == [
        "backup",
        "drill",
        "prune",
        "storage",
    ]
    # None has run yet.
    assert document["last_backup_age_s"] is None
    assert copy.files == before
    assert {call.method for call in copy.simulator.calls[calls:]} == {"GET"}


def test_an_edit_in_dokploy_is_drift_and_a_backup_has_an_age_in_plain_text(copy: Copy) -> None:
    copy.simulator.skip(24 * 3600)
    row = next(iter(copy.simulator.state.applications.values()))
    before, row["memoryLimit"] = row["memoryLimit"], str(1024**3)
    ended = copy.ops("status", STACK)
    row["memoryLimit"] = before
    assert ended.returncode == 0, ended.stderr
    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.stdout.startswith(f"Stack {STACK}")
    lines = {line.partition("  ")[0]: line.partition("  ")[2].strip() for line in ended.stdout.splitlines()}
    assert lines["health"] == "1/1 healthy"
    assert lines["drift"] == "yes: chatzwa-application: memoryLimit"
    # The simulated day lies ahead of this machine's clock.
    assert lines["last backup"] == "just now"
    assert f"reads {copy.simulator.url}: the application" in ended.stderr
    for secret in (*SECRETS.values(), copy.simulator.api_key):
        assert secret not in ended.stdout + ended.stderr


def test_a_dokploy_that_refuses_the_key_ends_with_3(copy: Copy) -> None:
    ended = copy.ops("status", STACK, "--no-drift", DOKPLOY_API_KEY="another-key")
    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
