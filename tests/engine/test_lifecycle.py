"""The whole stack from its first preview to its end, against one server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dokploy.simulator import Simulator
from tests.engine.conftest import NewWorkspace
from tests.engine.example import whole_stack
from tests.engine.outcome import POLLED, Outcome
from tests.engine.workspace import Workspace

pytestmark = pytest.mark.engine

ALL = {"chat", "production", "web", "data", "domain", "backup", "web-release"}


@dataclass(frozen=True, kw_only=True)
class Life:
    """Every run of one stack's life."""

    first_preview: Outcome
    up: Outcome
    state_after_up: dict[str, dict[str, object]]
    second_up: Outcome
    refresh: Outcome
    changed_preview: Outcome
    update: Outcome
    release_before: str
    release_after: str
    destroy: Outcome
    simulator: Simulator


@pytest.fixture(scope="module")
def life(new_workspace: NewWorkspace) -> Iterator[Life]:
    with Simulator() as simulator:
        yield _live(new_workspace(simulator), simulator)


def _live(workspace: Workspace, simulator: Simulator) -> Life:
    program = whole_stack()
    first_preview = workspace.preview(program).succeeded()
    up = workspace.up().succeeded()
    state_after_up = workspace.state
    second_up = workspace.pulumi("up", "--yes", "--expect-no-changes")
    refresh = workspace.refresh().succeeded()
    program["web"]["memory_limit"] = "3Gi"
    program["web"]["env"]["LOG_LEVEL"] = "canary-debug"
    changed_preview = workspace.preview(program).succeeded()
    release_before = workspace.state["web-release"]["outputs"]["release"]
    update = workspace.up().succeeded()
    return Life(
        first_preview=first_preview,
        up=up,
        state_after_up=state_after_up,
        second_up=second_up,
        refresh=refresh,
        changed_preview=changed_preview,
        update=update,
        release_before=release_before,
        release_after=workspace.state["web-release"]["outputs"]["release"],
        destroy=workspace.destroy().succeeded(),
        simulator=simulator,
    )


def test_a_preview_of_a_new_stack_shows_every_resource_and_writes_nothing(life: Life) -> None:
    assert life.first_preview.steps == {name: ["create"] for name in ALL}
    assert life.first_preview.writes == []


def test_an_up_creates_every_resource_once(life: Life) -> None:
    assert life.up.steps == {name: ["create"] for name in ALL}
    assert life.up.writes.count("application.create") == 1


def test_the_deployment_comes_after_mounts_domain_and_variables(life: Life) -> None:
    deploy = life.up.writes.index("application.deploy")
    assert deploy == len(life.up.writes) - 1 or set(life.up.writes[deploy + 1 :]) == {"schedule.create"}


def test_a_creation_takes_at_most_two_calls_a_resource_beside_the_polling(life: Life) -> None:
    calls = [call for call in life.up.calls if call.procedure not in POLLED]
    assert len(calls) <= 2 * len(ALL), life.up.procedures


def test_the_second_up_changes_nothing_in_at_most_six_calls(life: Life) -> None:
    assert life.second_up.code == 0, life.second_up.text
    assert len(life.second_up.calls) <= 6, life.second_up.procedures


def test_a_refresh_of_an_untouched_server_changes_nothing(life: Life) -> None:
    assert life.refresh.steps == {}
    assert life.refresh.differences == {}


def test_a_refresh_takes_two_calls_an_application_beside_project_environment_and_version(life: Life) -> None:
    assert len(life.refresh.calls) <= 2 + 3, life.refresh.procedures


def test_a_preview_names_the_key_of_a_changed_variable_and_hides_its_value(life: Life) -> None:
    assert life.changed_preview.differences["web"] == {'env["LOG_LEVEL"]': "update", "memoryLimit": "update"}
    assert "LOG_LEVEL: [secret] => [secret]" in life.changed_preview.text
    assert "canary-debug" not in life.changed_preview.text


def test_a_change_is_made_in_place_and_brought_to_the_containers(life: Life) -> None:
    assert life.update.steps == {"web": ["update"], "web-release": ["update"]}
    assert [write for write in life.update.writes if write in ("application.deploy", "application.reload")] == [
        "application.reload"
    ]
    assert life.release_after != life.release_before


def test_destroy_leaves_nothing_on_the_server(life: Life) -> None:
    state = life.simulator.state
    tables = (
        state.projects,
        state.environments,
        state.applications,
        state.mounts,
        state.domains,
        state.schedules,
        life.simulator.world.swarm.services,
    )
    assert [len(table) for table in tables] == [0] * len(tables)
