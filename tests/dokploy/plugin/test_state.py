"""State that the models of today would refuse: written by an older version, or read from a server that holds it."""

from __future__ import annotations

import dataclasses

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider

WEB = {"name": "web", "image": {"reference": "web:1"}}


def web(application: Kept, **more: object) -> dict[str, object]:
    return {**WEB, "environmentId": application.inputs["environmentId"], **more}


def of_an_older_version(kept: Kept) -> Kept:
    """With a property that is gone, a block property that is gone, and without one that has come since."""
    image = {"reference": "web:1", "pullPolicy": "always"}
    inputs = {**kept.inputs, "retired": "yes", "image": image}
    state = {**kept.state, "retired": "yes", "image": image}
    for values in (inputs, state):
        del values["createEnvFile"]
    del state["generation"]
    return dataclasses.replace(kept, inputs=inputs, state=state)


def test_state_of_an_older_version_differs_in_nothing(provider: Provider, application: Kept) -> None:
    diff = provider.diff(of_an_older_version(application), web(application))
    assert diff.changes == provider_pb2.DiffResponse.DIFF_NONE


def test_state_of_an_older_version_is_updated(provider: Provider, application: Kept, simulator: Simulator) -> None:
    provider.update(of_an_older_version(application), web(application, replicas=2))
    assert simulator.state.applications[application.id]["replicas"] == 2


def test_state_of_an_older_version_is_previewed(provider: Provider, application: Kept) -> None:
    assert provider.preview_update(of_an_older_version(application), web(application, replicas=2))["replicas"] == 2


def test_state_of_an_older_version_is_refreshed(provider: Provider, application: Kept) -> None:
    found = provider.refresh(of_an_older_version(application))
    assert found is not None
    assert "retired" not in found.inputs


def test_state_of_an_older_version_is_deleted(provider: Provider, application: Kept, simulator: Simulator) -> None:
    provider.delete(of_an_older_version(application))
    assert not simulator.state.applications


# What Dokploy took from somebody else and this provider would not send: table, column, value, property.
ODD = [
    ("mounts", "mountPath", "relative/path", "mountPath"),
    ("mounts", "volumeName", "x", "volumeName"),
    ("domains", "host", "under_score.example", "host"),
    ("domains", "https", True, "https"),
    ("schedules", "cronExpression", "61 * * * *", "cronExpression"),
    ("schedules", "timezone", "Mars/Olympus", "timezone"),
    ("projects", "name", "n" * 300, "name"),
    ("environments", "name", "n" * 300, "name"),
    ("applications", "replicas", -1, "replicas"),
    ("applications", "customGitBranch", "a branch", "git"),
]
VALID = {
    "mounts": ("Mount", {"type": "volume", "mountPath": "/data", "volumeName": "data"}),
    "domains": ("Domain", {"host": "chat.example"}),
    "schedules": ("Schedule", {"name": "nightly", "cronExpression": "0 2 * * *", "command": "backup"}),
    "projects": ("Project", {"name": "chat"}),
    "environments": ("Environment", {"name": "staging"}),
    "applications": ("Application", {"name": "web", "git": {"url": "https://git.example/web", "branch": "main"}}),
}


def made(provider: Provider, table: str) -> tuple[Kept, dict[str, object]]:
    kind, valid = VALID[table]
    project = provider.project(name="parent")
    properties: dict[str, object] = dict(valid)
    if kind == "Environment":
        properties["projectId"] = project.id
    elif kind == "Application":
        properties["environmentId"] = project.state["defaultEnvironmentId"]
    elif kind != "Project":
        properties["applicationId"] = provider.application(project.state["defaultEnvironmentId"], name="parent").id
    return provider.create(kind, properties), properties


@pytest.mark.parametrize(("table", "column", "value", "property"), ODD, ids=[f"{t}.{c}" for t, c, _, _ in ODD])
def test_what_the_server_holds_is_shown_and_repaired_although_it_is_invalid(
    provider: Provider, simulator: Simulator, table: str, column: str, value: object, property: str
) -> None:
    kept, properties = made(provider, table)
    row = getattr(simulator.state, table)[kept.id]
    before = row[column]
    row[column] = value

    found = provider.refresh(kept)
    assert found is not None
    # The state now holds the odd value, and everything has to go on from there.
    again = provider.refresh(found)
    assert again is not None
    assert again.inputs == found.inputs
    assert provider.import_(kept.kind, kept.id) is not None
    diff = provider.diff(found, properties)
    assert {path.split(".")[0] for path in diff.detailedDiff} == {property}

    provider.update(found, properties)
    assert getattr(simulator.state, table)[kept.id][column] == before
    provider.delete(found)


def test_variables_that_cannot_be_written_back_are_still_read(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    simulator.state.projects[project.id]["env"] = "LONG=" + "x" * 140_000
    for found in (provider.refresh(project), provider.import_("Project", project.id)):
        assert found is not None
        assert len(found.inputs["env"]["LONG"]) == 140_000
