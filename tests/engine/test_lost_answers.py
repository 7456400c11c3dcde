"""Connections that break leave one object, never two, and the state knows it. Deaths: test_killed_engine.py."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from dokploy.simulator import Fault, Simulator
from dokploy.simulator.faults import Kind
from dokploy.simulator.procedure import Call
from dokploy.simulator.procedures import PROCEDURES
from tests.engine.conftest import NewWorkspace
from tests.engine.example import APPLICATION, Program, application_only, deploy, ref
from tests.engine.outcome import Outcome
from tests.engine.workspace import QUIET, Run, Workspace

pytestmark = pytest.mark.engine

CREATES = {
    "second": "project.create",
    "staging": "environment.create",
    "worker": "application.create",
    "data": "mounts.create",
    "domain": "domain.create",
    "backup": "schedule.create",
    "web-release": "application.deploy",
}
"""The name of a resource in the program, and the call that makes it."""


def _everything() -> Program:
    """One more of each resource of a deployment beside a project with an application."""
    program = application_only()
    program.declare("second", "Project", name="second")
    program.declare("staging", "Environment", project_id=ref("chat"), name="staging")
    production, web = ref("production"), ref("web")
    program.declare("worker", "Application", environment_id=production, **{**APPLICATION, "name": "worker"})
    program.declare("data", "Mount", application_id=web, type="volume", mount_path="/app/data", volume_name="web-data")
    program.declare("domain", "Domain", application_id=web, host="chat.localhost")
    program.declare("backup", "Schedule", application_id=web, name="backup", cron_expression="0 2 * * *")
    program["backup"]["command"] = "true"
    deploy(program, "web")
    return program


def _made(simulator: Simulator) -> dict[str, list[str]]:
    """The ids of what the server holds of each resource."""
    state = simulator.state
    return {
        "second": [row["projectId"] for row in state.projects.values() if row["name"] == "second"],
        "staging": [row["environmentId"] for row in state.environments.values() if row["name"] == "staging"],
        "worker": [row["applicationId"] for row in state.applications.values() if row["name"] == "worker"],
        "data": list(state.mounts),
        "domain": list(state.domains),
        "backup": list(state.schedules),
        "web-release": [row["applicationId"] for row in state.deployments.values()],
    }


@dataclass(frozen=True, kw_only=True)
class Ends:
    """What was there at the end, by resource: the server's ids and the state's one."""

    runs: list[Outcome]
    made: dict[str, list[str]]
    ids: dict[str, str]


@pytest.fixture(scope="module", params=["drop_after", "truncated", "drop_before"])
def faulty(request: pytest.FixtureRequest, new_workspace: NewWorkspace) -> Ends:
    """Every create loses its answer once; then one more up."""
    kind: Kind = request.param
    with Simulator() as simulator:
        workspace = new_workspace(simulator)
        workspace.up(application_only()).succeeded()
        for procedure in CREATES.values():
            simulator.fail(Fault(procedure=procedure, kind=kind))
        first = workspace.up(_everything(), "--continue-on-error")
        if kind != "drop_before":
            first.succeeded()
        second = workspace.up().succeeded()
        return Ends(runs=[first, second], made=_made(simulator), ids=workspace.ids)


@pytest.mark.parametrize("name", CREATES)
def test_a_lost_answer_leaves_one_object_that_the_state_knows(faulty: Ends, name: str) -> None:
    assert faulty.made[name] == [faulty.ids[name]]


def test_the_error_of_a_lost_answer_says_to_run_again(faulty: Ends) -> None:
    failed = [run for run in faulty.runs if run.code != 0]
    for run in failed:
        assert "run the same command again, what was made is then found" in run.text
        assert "Traceback" not in run.text


def test_a_run_killed_with_all_its_processes_is_taken_up_by_the_next(
    workspace: Workspace, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the machine goes down: the stack stays locked and the state does not know what was being made."""
    workspace.write(application_only())
    create = PROCEDURES["application.create"]
    runs: list[Run] = []

    def answer(call: Call) -> object:
        result = create.body(call)
        if runs:
            runs.pop().kill()
        return result

    monkeypatch.setitem(PROCEDURES, "application.create", replace(create, body=answer))  # type: ignore[arg-type] # a dict underneath
    with workspace.start("up", *QUIET) as run:
        runs.append(run)
        run.wait().failed()
    assert "locked by 1 lock" in workspace.up().failed().text
    workspace.pulumi("cancel", "--yes").succeeded()
    workspace.up().succeeded()
    assert list(simulator.state.applications) == [workspace.ids["web"]]
    workspace.preview(None, "--expect-no-changes").succeeded()
