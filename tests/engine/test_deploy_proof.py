"""What a release has to show with the real engine: it stays healthy, its backup succeeds, it answers from outside."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator, front
from dokploy.simulator.settings import Timings
from tests.engine.example import Program, ref, whole_stack
from tests.engine.waiting import kill_at_once, plugin_of, until
from tests.engine.workspace import CHECKOUT, QUIET, Workspace

pytestmark = pytest.mark.engine

HOST = "chat.example.com"


def probed(simulator: Simulator) -> Program:
    """A stack whose release is asked for from outside, at the simulator."""
    program = whole_stack()
    program["domain"]["host"] = HOST
    program["web-release"]["run_before"] = [ref("backup")]
    program["web-release"]["probe"] = {
        "url": f"http://{HOST}/api/health",
        "address": simulator.url,
        "contract": "health",
        "timeout_seconds": 30,
    }
    return program


def test_a_plugin_that_is_killed_while_it_asks_from_outside_deploys_nothing_twice(
    workspace: Workspace, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def unknown(_world: object, host: str) -> None:
        asked.append(host)

    workspace.write(probed(simulator))
    with monkeypatch.context() as patch, workspace.start("up", *QUIET) as run:
        patch.setattr(front, "_app_name", unknown)
        until(lambda: asked)
        kill_at_once(plugin_of(run.pid, CHECKOUT / "dokploy"))
        killed = run.wait().failed()
    assert killed.writes.count("application.deploy") == 1
    taken_up = workspace.up().succeeded()
    assert "application.deploy" not in taken_up.writes
    assert "schedule.runManually" not in taken_up.writes
    assert workspace.state["web-release"]["outputs"]["status"] == "done"
    workspace.preview(None, "--expect-no-changes").succeeded()


def test_a_change_of_memory_is_reloaded_after_a_backup_and_a_crash_in_the_window_fails(
    workspace: Workspace, simulator: Simulator
) -> None:
    program = probed(simulator)
    # Swarm takes the release back while it watches, so that it does not run any more when the next update comes.
    program["web"]["update_policy"]["failure_action"] = "rollback"
    workspace.up(program).succeeded()
    program["web"]["memory_limit"] = "3Gi"
    reloaded = workspace.up(program).succeeded()
    assert [call for call in reloaded.writes if call.startswith(("application.", "schedule."))] == [
        "application.update",
        "schedule.runManually",
        "application.update",
        "application.reload",
    ]

    simulator.behave("healthy_then_crash")
    simulator.timings = Timings(late_crash_s=1, monitor_s=10)
    program["web-release"]["stable_seconds"] = 10
    program["web"]["memory_limit"] = "4Gi"
    failed = workspace.up(program).failed()
    assert "deployment of web failed: the new release was healthy and then ended" in failed.text
    simulator.behave("healthy")
    program["web-release"]["stable_seconds"] = 0
    assert workspace.up(program).succeeded().writes.count("application.deploy") == 1
