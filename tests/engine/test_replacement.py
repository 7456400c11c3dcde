"""Changes that Dokploy cannot make in place: the old object goes, the new one comes, everything else stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dokploy.simulator import Simulator
from tests.engine.conftest import NewWorkspace
from tests.engine.example import APPLICATION, Program, application_only, ref
from tests.engine.outcome import Outcome

pytestmark = pytest.mark.engine


def _program() -> Program:
    program = application_only()
    program.declare("other", "Application", environment_id=ref("production"), **{**APPLICATION, "name": "other"})
    web = ref("web")
    program.declare("data", "Mount", application_id=web, type="volume", mount_path="/app/data", volume_name="web-data")
    program.declare(
        "config", "Mount", application_id=web, type="file", mount_path="/etc/app.conf", file_path="app.conf"
    )
    program.declare("domain", "Domain", application_id=web, host="chat.localhost")
    program.declare("backup", "Schedule", application_id=web, name="backup", cron_expression="0 2 * * *")
    program["backup"]["command"] = "true"
    return program


@dataclass(frozen=True, kw_only=True)
class Replacements:
    """The runs, and the ids of all resources before and after each."""

    replaced: Outcome
    to_staging: Outcome
    to_production: Outcome
    by_hand: Outcome
    started: dict[str, str]
    ids_replaced: dict[str, str]
    ids_staging: dict[str, str]
    ids_production: dict[str, str]
    ids_by_hand: dict[str, str]
    preview_at_the_end: Outcome
    simulator: Simulator


@pytest.fixture(scope="module")
def runs(new_workspace: NewWorkspace) -> Iterator[Replacements]:
    with Simulator() as simulator:
        workspace = new_workspace(simulator)
        program = _program()
        workspace.up(program).succeeded()
        started = workspace.ids
        program["data"].update(type="bind", host_path="/srv/data")
        del program["data"]["volume_name"]
        program["domain"]["application_id"] = ref("other")
        replaced = workspace.up(program).succeeded()
        ids_replaced = workspace.ids
        program["production"]["name"] = "staging"
        to_staging = workspace.up(program).succeeded()
        ids_staging = workspace.ids
        program["production"]["name"] = "production"
        to_production = workspace.up(program).succeeded()
        ids_production = workspace.ids
        targets = [f"--replace={workspace.urn(name)}" for name in ("config", "domain", "backup")]
        by_hand = workspace.up(program, *targets).succeeded()
        yield Replacements(
            replaced=replaced,
            to_staging=to_staging,
            to_production=to_production,
            by_hand=by_hand,
            started=started,
            ids_replaced=ids_replaced,
            ids_staging=ids_staging,
            ids_production=ids_production,
            ids_by_hand=workspace.ids,
            preview_at_the_end=workspace.pulumi("refresh", "--preview-only", "--expect-no-changes"),
            simulator=simulator,
        )


@pytest.mark.parametrize("name", ["data", "domain"])
def test_a_replacement_deletes_before_it_creates(runs: Replacements, name: str) -> None:
    assert runs.replaced.steps[name] == ["delete-replaced", "replace", "create-replacement"]
    assert runs.ids_replaced[name] != runs.started[name]


def test_a_replacement_touches_nothing_else(runs: Replacements) -> None:
    assert set(runs.replaced.steps) == {"data", "domain"}
    untouched = set(runs.started) - {"data", "domain"}
    assert {name: runs.ids_replaced[name] for name in untouched} == {name: runs.started[name] for name in untouched}
    assert len(runs.simulator.state.mounts) == 2


def test_a_domain_moves_to_another_application(runs: Replacements) -> None:
    (domain,) = runs.simulator.state.domains.values()
    assert (domain["applicationId"], domain["host"]) == (runs.started["other"], "chat.localhost")


def test_applications_move_along_when_the_environment_stops_being_the_default_one(runs: Replacements) -> None:
    assert runs.ids_staging["production"] != runs.started["production"]
    assert runs.to_staging.steps["web"] == ["update"]
    assert runs.ids_staging["web"] == runs.started["web"]


def test_applications_move_along_when_the_environment_becomes_the_default_one(runs: Replacements) -> None:
    assert runs.ids_production["production"] == runs.started["production"]
    assert runs.to_production.steps["web"] == ["update"]
    assert [row["name"] for row in runs.simulator.state.environments.values()] == ["production"]
    assert {row["environmentId"] for row in runs.simulator.state.applications.values()} == {runs.started["production"]}


@pytest.mark.parametrize("name", ["config", "domain", "backup"])
def test_a_replacement_asked_for_by_hand_leaves_one_object(runs: Replacements, name: str) -> None:
    state = runs.simulator.state
    tables = {"config": state.mounts, "domain": state.domains, "backup": state.schedules}
    assert runs.ids_by_hand[name] in tables[name]


def test_the_server_holds_what_the_state_says_after_all_of_it(runs: Replacements) -> None:
    assert runs.preview_at_the_end.code == 0, runs.preview_at_the_end.text
