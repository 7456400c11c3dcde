"""The environment `production`, which Dokploy makes with every project, and the others."""

from __future__ import annotations

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider

NONE = provider_pb2.DiffResponse.DIFF_NONE


@pytest.fixture
def production(provider: Provider, project: Kept) -> Kept:
    return provider.create("Environment", {"projectId": project.id, "name": "production", "env": {"A": "1"}})


def test_production_is_adopted_and_never_created(
    provider: Provider, project: Kept, production: Kept, simulator: Simulator
) -> None:
    assert production.id == project.state["defaultEnvironmentId"]
    assert production.state["isDefault"] is True
    assert "environment.create" not in {call.procedure for call in simulator.calls}
    assert simulator.state.environments[production.id]["env"] == "A=1"
    found = provider.refresh(production)
    assert found is not None
    assert found.inputs == production.inputs


def test_production_is_updated_without_its_name(
    provider: Provider, project: Kept, production: Kept, simulator: Simulator
) -> None:
    changed = provider.update(
        production, {"projectId": project.id, "name": "production", "description": "Live", "env": {"A": "2"}}
    )
    found = provider.refresh(changed)
    assert found is not None
    assert found.inputs == changed.inputs
    assert simulator.state.environments[production.id]["env"] == "A=2"


def test_production_is_left_as_dokploy_made_it_when_it_is_deleted(
    provider: Provider, project: Kept, production: Kept, simulator: Simulator
) -> None:
    provider.delete(production)
    row = simulator.state.environments[production.id]
    assert (row["description"], row["env"]) == ("Production environment", "")


def test_a_description_of_production_as_dokploy_writes_it_does_not_drift(provider: Provider, project: Kept) -> None:
    properties = {"projectId": project.id, "name": "production", "description": "Production environment"}
    kept = provider.create("Environment", properties)
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs


def test_an_import_of_production_as_dokploy_made_it_has_no_description(provider: Provider, project: Kept) -> None:
    found = provider.import_("Environment", project.state["defaultEnvironmentId"])
    assert found is not None
    assert found.inputs == {"projectId": project.id, "name": "production"}
    assert provider.diff(found, {"projectId": project.id, "name": "production"}).changes == NONE


@pytest.mark.parametrize(("old", "new"), [("production", "staging"), ("staging", "production")])
def test_a_name_to_or_from_production_replaces(provider: Provider, project: Kept, old: str, new: str) -> None:
    kept = provider.create("Environment", {"projectId": project.id, "name": old})
    assert list(provider.diff(kept, {"projectId": project.id, "name": new}).replaces) == ["name"]


def test_another_name_is_changed_in_place(provider: Provider, project: Kept) -> None:
    kept = provider.create("Environment", {"projectId": project.id, "name": "staging"})
    assert not provider.diff(kept, {"projectId": project.id, "name": "trial"}).replaces


def test_variables_that_fail_to_be_written_leave_one_environment(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    properties = {"projectId": project.id, "name": "staging", "env": {"A": "1"}}
    simulator.fail(Fault(procedure="environment.update", kind="status500", times=9))
    with pytest.raises(CallError):
        provider.create("Environment", properties)
    simulator.heal()
    provider.restart()
    kept = provider.create("Environment", properties)
    names = [row["name"] for row in simulator.state.environments.values()]
    assert names == ["production", "staging"]
    assert simulator.state.environments[kept.id]["env"] == "A=1"


def test_an_environment_that_holds_an_application_is_not_deleted(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    kept = provider.create("Environment", {"projectId": project.id, "name": "staging"})
    provider.application(kept.id)
    with pytest.raises(CallError) as failure:
        provider.delete(kept)
    assert "\n" not in failure.value.line
    assert kept.id in simulator.state.environments
