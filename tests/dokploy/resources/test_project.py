"""What is particular to a project, and to what hangs on nothing."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider


def test_a_project_tells_its_organisation_and_its_default_environment(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    (environment,) = simulator.state.environments
    assert project.state["defaultEnvironmentId"] == environment
    assert project.state["organizationId"] == simulator.organization_id


def test_a_project_that_still_holds_a_service_is_not_deleted(
    provider: Provider, project: Kept, application: Kept, simulator: Simulator
) -> None:
    with pytest.raises(CallError, match="still holds web: Dokploy would leave them running"):
        provider.delete(project)
    assert project.id in simulator.state.projects
    provider.delete(application)
    provider.delete(project)
    assert not simulator.state.projects


def test_a_project_of_the_same_name_made_by_somebody_else_is_not_adopted(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    simulator.state.projects[project.id]["description"] = "by hand"
    provider.restart()
    assert provider.project().id != project.id


def test_two_resources_of_one_program_adopt_nothing_of_each_other(provider: Provider, simulator: Simulator) -> None:
    ids = {provider.project(name=name).id for name in ("one", "two")}
    assert set(simulator.state.projects) == ids
    assert len(ids) == 2


@pytest.mark.parametrize(("kind", "table"), [("Mount", "mounts"), ("Domain", "domains"), ("Schedule", "schedules")])
def test_an_import_of_what_belongs_to_no_application_is_refused(
    provider: Provider, application: Kept, simulator: Simulator, kind: str, table: str
) -> None:
    valid = {
        "Mount": {"type": "volume", "mountPath": "/data", "volumeName": "data"},
        "Domain": {"host": "chat.example"},
        "Schedule": {"name": "nightly", "cronExpression": "0 2 * * *", "command": "backup"},
    }
    kept = provider.create(kind, {"applicationId": application.id, **valid[kind]})
    getattr(simulator.state, table)[kept.id]["applicationId"] = None
    provider.restart()
    with pytest.raises(CallError, match="belongs to no application"):
        provider.import_(kind, kept.id)
