"""Pulumi's own options work with the provider's resources."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator
from tests.engine.example import application_only
from tests.engine.workspace import Workspace

pytestmark = pytest.mark.engine


def test_ignored_changes_are_neither_shown_nor_made(workspace: Workspace, simulator: Simulator) -> None:
    program = application_only()
    program.resources["web"].options["ignore_changes"] = ["env.LOG_LEVEL", "memoryLimit", "healthCheck.retries"]
    workspace.up(program).succeeded()
    (row,) = simulator.state.applications.values()
    before = dict(row)

    program["web"]["env"]["LOG_LEVEL"] = "debug"
    program["web"]["memory_limit"] = "8Gi"
    program["web"]["health_check"]["retries"] = 9
    workspace.preview(program, "--expect-no-changes").succeeded()

    program["web"]["env"]["OTHER"] = "1"
    update = workspace.up(program).succeeded()
    assert update.differences == {"web": {'env["OTHER"]': "add"}}
    (row,) = simulator.state.applications.values()
    assert (row["memoryLimit"], row["healthCheckSwarm"]) == (before["memoryLimit"], before["healthCheckSwarm"])
    assert "LOG_LEVEL=info" in row["env"]
