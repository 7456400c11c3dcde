"""A database whose image cannot be pulled is kept; no refresh takes it for sound, and the next `up` repairs it."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator
from tests.engine.example import application_only, ref
from tests.engine.workspace import Workspace

pytestmark = pytest.mark.engine


def test_a_failed_pull_is_repaired_by_the_next_run_even_after_a_refresh(
    workspace: Workspace, simulator: Simulator
) -> None:
    program = application_only()
    program.declare("cache", "Redis", environment_id=ref("production"), name="cache", password="canary-redis-1")
    simulator.behave("pull_failure", match="cache")
    failed = workspace.up(program).failed()
    assert "manifest for redis:8 not found" in failed.text
    (row,) = simulator.state.databases["redis"].values()
    assert workspace.ids["cache"] == row["redisId"]
    workspace.refresh()
    simulator.behave("healthy", match="cache")
    # Where the engine stopped in the first run before it came to the application, that is made now.
    assert [name for name in workspace.up(program).succeeded().writes if "redis" in name] == ["redis.deploy"]
    assert row["applicationStatus"] == "done"
    assert list(simulator.state.databases["redis"].values()) == [row]
    assert workspace.up(program).succeeded().writes == []
