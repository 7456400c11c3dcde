"""Releases that do not come up: the reason and the log's end are shown, nothing is lost, the next up deploys anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dokploy.simulator import Simulator
from dokploy.simulator.settings import Outcome as Behaviour
from dokploy.simulator.settings import Timings
from tests.engine.conftest import NewWorkspace
from tests.engine.example import APPLICATION, Program, application_only, deploy, ref
from tests.engine.outcome import Outcome

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Case:
    """`shown`: the reason, and a line of the log."""

    behaviour: Behaviour
    shown: tuple[str, str]


CASES = {
    "unbuildable": Case("build_failure", ("the build failed", "| npm error command failed")),
    "unknown-image": Case("pull_failure", ("the image pull failed", "manifest unknown")),
    "unhealthy": Case("unhealthy", ("the health check of the new release fails", "| listening on port 3000")),
    "crashing": Case("crash", ("the new release does not stay up", "exited with code 1")),
}


def _program() -> Program:
    program = application_only()
    del program.resources["web"]
    for name, case in CASES.items():
        program.declare(name, "Application", environment_id=ref("production"), **{**APPLICATION, "name": name})
        if case.behaviour == "build_failure":
            program[name]["git"] = {"url": "https://git.example.com/chat.git", "branch": "main"}
            program[name].pop("image")
        deploy(program, name)
    return program


@dataclass(frozen=True, kw_only=True)
class Failures:
    """One application a case, all deployed in one run, and once more when the cause is gone."""

    first: Outcome
    status: dict[str, str]
    ids: dict[str, str]
    releases: dict[str, str]
    second: Outcome
    status_at_the_end: dict[str, str]
    releases_at_the_end: dict[str, str]
    preview: Outcome


@pytest.fixture(scope="module")
def failures(new_workspace: NewWorkspace) -> Iterator[Failures]:
    # A container that is unhealthy for long enough to be seen, as on a real server.
    with Simulator(timings=Timings(kill_s=4)) as simulator:
        workspace = new_workspace(simulator)

        def outputs(key: str) -> dict[str, str]:
            state = workspace.state
            return {name: state[f"{name}-release"]["outputs"][key] for name in CASES}

        for name, case in CASES.items():
            simulator.behave(case.behaviour, match=name)
        first = workspace.up(_program(), "--continue-on-error")
        status, releases, ids = outputs("status"), outputs("release"), workspace.ids
        simulator.behave("healthy")
        second = workspace.up()
        yield Failures(
            first=first,
            status=status,
            ids=ids,
            releases=releases,
            second=second,
            status_at_the_end=outputs("status"),
            releases_at_the_end=outputs("release"),
            preview=workspace.preview(None, "--expect-no-changes"),
        )


@pytest.mark.parametrize("name", CASES)
def test_a_failed_release_fails_the_up_with_its_reason_and_the_end_of_its_log(failures: Failures, name: str) -> None:
    failures.first.failed()
    heading = f"dokploy:index:Deployment ({name}-release):\n"
    said = failures.first.text.split("Diagnostics:")[1].split(heading)[1].split("dokploy:index:")[0]
    assert f"deployment of {name} failed" in said
    for expected in CASES[name].shown:
        assert expected in said
    assert "run the update again (`make up` or `pulumi up`)" in said


@pytest.mark.parametrize("name", CASES)
def test_the_state_keeps_a_failed_deployment(failures: Failures, name: str) -> None:
    assert failures.status[name] == "failed"
    assert failures.ids[f"{name}-release"] == failures.ids[name]


@pytest.mark.parametrize("name", CASES)
def test_the_next_up_deploys_anew_and_succeeds(failures: Failures, name: str) -> None:
    failures.second.succeeded()
    assert failures.second.steps[f"{name}-release"] == ["update"]
    assert failures.releases_at_the_end[name] != failures.releases[name]
    assert failures.status_at_the_end[name] == "done"


def test_every_release_is_asked_for_once_in_each_run(failures: Failures) -> None:
    assert failures.first.writes.count("application.deploy") == len(CASES)
    assert failures.second.writes.count("application.deploy") == len(CASES)


def test_after_the_retry_there_is_nothing_left_to_do(failures: Failures) -> None:
    assert failures.preview.code == 0, failures.preview.text
