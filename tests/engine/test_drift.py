"""Edits made in Dokploy's own pages: a refresh shows exactly them, and the next up takes them back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dokploy.simulator import Simulator
from tests.engine.conftest import NewWorkspace
from tests.engine.example import whole_stack
from tests.engine.outcome import Outcome
from tests.engine.workspace import Workspace

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Edit:
    """`table` of the simulator, the columns that are written, and the paths that a refresh has to show for it."""

    table: str
    columns: dict[str, Any]
    shown: dict[str, str]


EDITS = {
    "chat": Edit("projects", {"name": "Renamed"}, {"name": "update"}),
    "production": Edit("environments", {"env": "SHARED=2\nNEW=1"}, {'env["SHARED"]': "update", 'env["NEW"]': "add"}),
    "web": Edit(
        "applications",
        {"memoryLimit": str(1024**3), "replicas": 2, "args": None},
        {"memoryLimit": "update", "replicas": "update", "args": "delete", 'env["ADDED"]': "add"},
    ),
    "data": Edit("mounts", {"mountPath": "/elsewhere"}, {"mountPath": "update"}),
    "domain": Edit("domains", {"port": 8080, "path": "/chat"}, {"port": "update", "path": "update"}),
    "backup": Edit("schedules", {"enabled": False}, {"enabled": "update"}),
}


@dataclass(frozen=True, kw_only=True)
class Drift:
    """`edited`: the first refresh and up; `removed`: those after objects were deleted in Dokploy."""

    rows_before: dict[str, dict[str, Any]]
    rows_after: dict[str, dict[str, Any]]
    edited: Outcome
    healed: Outcome
    after_healing: Outcome
    removed: Outcome
    recreated: Outcome
    application_gone: Outcome
    application_recreated: Outcome
    at_the_end: Outcome
    simulator: Simulator


@pytest.fixture(scope="module")
def drift(new_workspace: NewWorkspace) -> Iterator[Drift]:
    with Simulator() as simulator:
        yield _drift(new_workspace(simulator), simulator)


def _drift(workspace: Workspace, simulator: Simulator) -> Drift:
    workspace.up(whole_stack()).succeeded()

    def row(name: str) -> dict[str, Any]:
        found: dict[str, Any] = getattr(simulator.state, EDITS[name].table)[workspace.state[name]["id"]]
        return found

    rows_before = {name: dict(row(name)) for name in EDITS}
    for name, edit in EDITS.items():
        row(name).update(edit.columns)
    row("web")["env"] += "\nADDED=by-hand"
    edited = workspace.refresh().succeeded()
    healed = workspace.up().succeeded()
    rows_after = {name: dict(row(name)) for name in EDITS}
    after_healing = workspace.refresh().succeeded()
    for name in ("data", "domain", "backup"):
        del getattr(simulator.state, EDITS[name].table)[workspace.state[name]["id"]]
    removed = workspace.refresh().succeeded()
    recreated = workspace.up().succeeded()
    simulator.state.drop_application(workspace.state["web"]["id"])
    application_gone = workspace.refresh().succeeded()
    return Drift(
        rows_before=rows_before,
        rows_after=rows_after,
        edited=edited,
        healed=healed,
        after_healing=after_healing,
        removed=removed,
        recreated=recreated,
        application_gone=application_gone,
        application_recreated=workspace.up().succeeded(),
        at_the_end=workspace.refresh().succeeded(),
        simulator=simulator,
    )


@pytest.mark.parametrize("name", EDITS)
def test_a_refresh_shows_exactly_the_edit(drift: Drift, name: str) -> None:
    assert drift.edited.differences[name] == EDITS[name].shown


def test_a_refresh_shows_no_other_resource(drift: Drift) -> None:
    assert set(drift.edited.differences) == set(EDITS)


@pytest.mark.parametrize("name", EDITS)
def test_the_next_up_takes_the_edit_back(drift: Drift, name: str) -> None:
    before, after = drift.rows_before[name], drift.rows_after[name]
    assert {column: after[column] for column in EDITS[name].columns} == {
        column: before[column] for column in EDITS[name].columns
    }
    assert "ADDED" not in str(after.get("env"))
    assert drift.healed.steps[name] == ["update"]


def test_an_edited_application_is_brought_to_its_containers_again(drift: Drift) -> None:
    # What was edited is no part of what is built: a reload is enough.
    assert drift.healed.writes.count("application.reload") == 1
    assert drift.healed.writes.count("application.deploy") == 0


def test_after_healing_there_is_no_difference(drift: Drift) -> None:
    assert drift.after_healing.differences == {}


def test_a_refresh_notices_what_was_deleted_and_up_makes_it_again(drift: Drift) -> None:
    assert drift.removed.steps == {name: ["delete"] for name in ("data", "domain", "backup")}
    assert {name: steps for name, steps in drift.recreated.steps.items() if name in drift.removed.steps} == {
        name: ["create"] for name in ("data", "domain", "backup")
    }


def test_an_application_deleted_in_dokploy_comes_back_with_all_that_belongs_to_it(drift: Drift) -> None:
    gone = {"web", "data", "domain", "backup", "web-release"}
    assert drift.application_gone.steps == {name: ["delete"] for name in gone}
    assert drift.application_recreated.steps == {name: ["create"] for name in gone}
    assert drift.at_the_end.differences == {}
    state = drift.simulator.state
    assert [len(table) for table in (state.applications, state.mounts, state.domains, state.schedules)] == [1, 1, 1, 1]
