"""Deployments that wait in the queue, are interrupted or run out of time, and the `up` that follows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dokploy.simulator import Simulator
from dokploy.simulator.settings import Timings
from tests.engine.by_hand import ByHand
from tests.engine.conftest import NewWorkspace
from tests.engine.example import application_only, deploy
from tests.engine.outcome import Outcome
from tests.engine.waiting import until
from tests.engine.workspace import QUIET

pytestmark = pytest.mark.engine

BUILD_S = 600
"""Nothing is ever built unless a test lets that time pass."""


@dataclass(frozen=True, kw_only=True)
class Deployments:
    """One application, deployed again and again by runs that are disturbed in turn."""

    queued: Outcome
    interrupted: Outcome
    status_after_interrupt: str
    resumed: Outcome
    restarted: Outcome
    after_restart: Outcome
    timed_out: Outcome
    at_the_end: Outcome


@pytest.fixture(scope="module")
def runs(new_workspace: NewWorkspace) -> Iterator[Deployments]:
    with Simulator(timings=Timings(build_s=BUILD_S)) as simulator:
        yield _run(new_workspace, simulator)


def _run(new_workspace: NewWorkspace, simulator: Simulator) -> Deployments:
    workspace = new_workspace(simulator)
    program = application_only()

    def building() -> bool:
        rows = simulator.state.deployments.values()
        return any(row["status"] == "running" and "Pulumi" in row["title"] for row in rows)

    workspace.up(program).succeeded()
    _start_another_build(simulator)
    deploy(program, "web")
    workspace.write(program)
    with workspace.start("up", *QUIET) as run:
        until(lambda: run.has_called("deployment.queueList"))
        simulator.skip(BUILD_S)
        until(building)
        simulator.skip(BUILD_S)
        queued = run.wait()

    program["web"]["image"] = {"reference": "demo/web:v3"}
    workspace.write(program)
    with workspace.start("up", *QUIET) as run:
        until(building)
        run.interrupt()
        interrupted = run.wait()
    status_after_interrupt = workspace.state["web-release"]["outputs"]["status"]
    with workspace.start("up", *QUIET) as run:
        until(lambda: run.has_called("deployment.all"))
        simulator.skip(BUILD_S)
        resumed = run.wait()

    program["web"]["image"] = {"reference": "demo/web:v4"}
    workspace.write(program)
    with workspace.start("up", *QUIET) as run:
        until(building)
        simulator.restart()
        restarted = run.wait()
    with workspace.start("up", *QUIET) as run:
        until(building)
        simulator.skip(BUILD_S)
        after_restart = run.wait()

    program["web"]["image"] = {"reference": "demo/web:v5"}
    program.resources["web-release"].options["custom_timeouts"] = {"update": "2s"}
    timed_out = workspace.up(program)
    simulator.skip(BUILD_S)
    at_the_end = workspace.up(program)
    return Deployments(
        queued=queued,
        interrupted=interrupted,
        status_after_interrupt=status_after_interrupt,
        resumed=resumed,
        restarted=restarted,
        after_restart=after_restart,
        timed_out=timed_out,
        at_the_end=at_the_end,
    )


def _start_another_build(simulator: Simulator) -> None:
    call = ByHand(simulator)
    environment = call("project.create", name="Busy")["environment"]["environmentId"]
    application = call("application.create", name="busy", environmentId=environment)["applicationId"]
    call("application.update", applicationId=application, sourceType="docker", dockerImage="demo/busy:v1")
    call("application.deploy", applicationId=application)


def test_a_deployment_waits_behind_another_build(runs: Deployments) -> None:
    assert runs.queued.code == 0, runs.queued.text
    assert "queued: 2 deployment(s) waiting or running on the server" in runs.queued.text


def test_ctrl_c_ends_the_run_in_order_and_records_the_deployment(runs: Deployments) -> None:
    assert runs.interrupted.code != 0
    assert "the run was cancelled while Dokploy was still at it" in runs.interrupted.text
    assert "Traceback" not in runs.interrupted.text
    assert runs.status_after_interrupt == "unproved"


def test_the_up_after_a_ctrl_c_follows_the_same_deployment_to_its_end(runs: Deployments) -> None:
    assert runs.resumed.code == 0, runs.resumed.text
    assert runs.interrupted.writes.count("application.deploy") == 1
    assert "application.deploy" not in runs.resumed.writes


def test_a_restart_of_dokploy_in_mid_deployment_is_an_error_that_names_it(runs: Deployments) -> None:
    assert runs.restarted.code != 0
    assert "Dokploy cancelled it, which it does when its server restarts" in runs.restarted.text


def test_the_up_after_a_restart_deploys_anew(runs: Deployments) -> None:
    assert runs.after_restart.code == 0, runs.after_restart.text
    assert runs.after_restart.writes.count("application.deploy") == 1


def test_a_custom_time_out_ends_the_waiting(runs: Deployments) -> None:
    assert runs.timed_out.code != 0
    assert "it did not end within the time-out" in runs.timed_out.text


def test_the_up_after_a_time_out_finds_the_release_running_and_deploys_nothing(runs: Deployments) -> None:
    assert runs.at_the_end.code == 0, runs.at_the_end.text
    assert "application.deploy" not in runs.at_the_end.writes
