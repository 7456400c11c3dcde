"""Connections that break and plugins that die leave one object, never two, and the state knows it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from dokploy.simulator import Fault, Simulator
from dokploy.simulator.faults import Kind
from dokploy.simulator.procedure import Call
from dokploy.simulator.procedures import PROCEDURES
from tests.engine.conftest import NewWorkspace
from tests.engine.example import APPLICATION, Program, application_only, deploy, ref
from tests.engine.outcome import Outcome
from tests.engine.waiting import kill_at_once, plugin_of
from tests.engine.workspace import CHECKOUT, QUIET, Run, Workspace

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


def _everything(*, one_by_one: bool = False) -> Program:
    """One more of each resource beside a project with an application; `one_by_one` in the order of CREATES."""
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
    if one_by_one:
        names = list(CREATES)
        for before, name in itertools.pairwise(names):
            program.resources[name].options["depends_on"] = [before]
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


@dataclass
class Trap:
    """Kills the provider of the current run right after the server has done the work of a call, before it answers."""

    sprung: list[str]
    run: Run | None = None

    def around(self, procedure: str) -> Callable[[Call], object]:
        body = PROCEDURES[procedure.lower()].body

        def answer(call: Call) -> object:
            result = body(call)
            if procedure not in self.sprung and self.run is not None:
                self.sprung.append(procedure)
                kill_at_once(plugin_of(self.run.pid, CHECKOUT / "dokploy"))
            return result

        return answer


@pytest.fixture(scope="module")
def killed(new_workspace: NewWorkspace) -> Iterator[Ends]:
    """The provider is killed at every create, one up after the other, and the last one goes through."""
    trap, runs = Trap(sprung=[]), []
    with pytest.MonkeyPatch.context() as patch, Simulator() as simulator:
        for procedure in CREATES.values():
            name = procedure.lower()
            patch.setitem(PROCEDURES, name, replace(PROCEDURES[name], body=trap.around(procedure)))  # type: ignore[arg-type] # a dict underneath
        workspace = new_workspace(simulator)
        workspace.up(application_only()).succeeded()
        workspace.write(_everything(one_by_one=True))
        for _ in CREATES:
            with workspace.start("up", *QUIET) as trap.run:
                runs.append(trap.run.wait().failed())
        trap.run = None
        runs.append(workspace.up().succeeded())
        assert trap.sprung == list(CREATES.values())
        yield Ends(runs=runs, made=_made(simulator), ids=workspace.ids)


@pytest.mark.parametrize("name", CREATES)
def test_a_plugin_killed_after_the_call_leaves_one_object_that_the_state_knows(killed: Ends, name: str) -> None:
    assert killed.made[name] == [killed.ids[name]]


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
