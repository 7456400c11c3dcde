"""A tag: unique by its name, and carried by projects."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider, RefusedError
from tests.dokploy.resources.organization_cases import TAG


def carriers(simulator: Simulator, tag: Kept) -> set[str]:
    return {pair["projectId"] for pair in simulator.state.project_tags if pair["tagId"] == tag.id}


@pytest.fixture
def projects(provider: Provider) -> list[str]:
    return [provider.project(name=name).id for name in ("a", "b", "c")]


def test_projects_get_it_and_lose_it(provider: Provider, simulator: Simulator, projects: list[str]) -> None:
    a, b, c = projects
    kept, _ = TAG.make(provider, projectIds=[a, b])
    assert carriers(simulator, kept) == {a, b}
    kept = provider.update(kept, {**TAG.valid, "projectIds": [c, b]})
    assert carriers(simulator, kept) == {b, c}
    found = provider.refresh(kept)
    assert found is not None
    # In the order of the program, since Dokploy keeps none.
    assert found.inputs["projectIds"] == [c, b]
    imported = provider.import_("Tag", kept.id)
    assert imported is not None
    assert imported.inputs["projectIds"] == sorted([b, c])
    kept = provider.update(kept, TAG.valid)
    assert carriers(simulator, kept) == set()


def test_an_assignment_by_hand_is_shown_and_taken_back(
    provider: Provider, simulator: Simulator, projects: list[str]
) -> None:
    a, b, _ = projects
    kept, properties = TAG.make(provider, projectIds=[a])
    simulator.state.project_tags.append({"id": "by-hand", "projectId": b, "tagId": kept.id})
    provider.restart()
    found = provider.refresh(kept)
    assert found is not None
    assert set(provider.diff(found, properties).diffs) == {"projectIds"}
    provider.update(found, properties)
    assert carriers(simulator, kept) == {a}


def test_other_tags_of_a_project_stay(provider: Provider, simulator: Simulator, projects: list[str]) -> None:
    other = provider.create("Tag", {"name": "other", "projectIds": projects[:1]}, name="other")
    kept, _ = TAG.make(provider, projectIds=projects[:1])
    provider.update(kept, TAG.valid)
    assert carriers(simulator, other) == {projects[0]}


@pytest.mark.parametrize("kind", ["drop_after", "truncated"])
def test_a_lost_answer_assigns_it_once(
    provider: Provider, simulator: Simulator, projects: list[str], kind: Any
) -> None:
    simulator.fail(Fault(procedure="tag.assignToProject", kind=kind))
    kept, _ = TAG.make(provider, projectIds=projects[:2])
    assert carriers(simulator, kept) == set(projects[:2])
    assert len(simulator.state.project_tags) == 2


def test_one_that_somebody_made_is_adopted_by_its_name(provider: Provider, simulator: Simulator) -> None:
    row = {"tagId": "by-hand", "name": "customers", "color": "#123456", "organizationId": simulator.organization_id}
    simulator.state.tags["by-hand"] = row
    kept, _ = TAG.make(provider)
    assert kept.id == "by-hand"
    assert row["color"] == "#00ff00"
    assert "adopting tag" in provider.engine.text


def test_a_project_that_is_not_there_keeps_the_tag_with_its_reason(provider: Provider, simulator: Simulator) -> None:
    kept, _ = TAG.make(provider, projectIds=["nowhere"])
    (reason,) = kept.errors
    assert "Project not found" in reason
    assert list(simulator.state.tags) == [kept.id]
    assert not provider.update(kept, TAG.valid).errors


def test_a_name_that_another_tag_has_is_one_line(provider: Provider, simulator: Simulator) -> None:
    other = provider.create("Tag", {"name": "other"}, name="other")
    kept, _ = TAG.make(provider)
    simulator.fail(Fault(procedure="tag.update", kind="status500", times=9))
    with pytest.raises(CallError) as failure:
        provider.update(other, {"name": kept.inputs["name"]})
    assert "\n" not in failure.value.line


@pytest.mark.parametrize("color", ["green", "#0f0", "#00ff00ff"])
def test_a_colour_is_six_hex_digits(provider: Provider, color: str) -> None:
    with pytest.raises(RefusedError, match=rf"color: .*\(given: '{color}'\)"):
        TAG.make(provider, color=color)
