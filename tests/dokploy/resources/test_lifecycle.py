"""What holds for every resource: create, read, update, delete, import, and what goes wrong in between."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider
from tests.dokploy.resources.case import Case, with_change
from tests.dokploy.resources.cases import APPLICATION
from tests.dokploy.resources.every_case import CASES

NONE = provider_pb2.DiffResponse.DIFF_NONE
each = pytest.mark.parametrize("case", CASES, ids=str)
CHANGES = [pytest.param(case, change, path, id=f"{case}-{change}") for case in CASES for change, path in case.changes]
EDITS = [
    pytest.param(case, column, value, path, id=f"{case}-{column}={value}")
    for case in CASES
    for column, value, path in case.edits
]
REPLACING = [pytest.param(case, change, path, id=f"{case}-{path}") for case in CASES for change, path in case.replacing]


@each
def test_what_was_created_is_there_as_it_was_asked_for(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    assert list(case.rows(simulator)) == [kept.id]
    assert (
        kept.inputs.items() >= {key: value for key, value in properties.items() if not isinstance(value, dict)}.items()
    )
    assert kept.state.items() >= kept.inputs.items()


@each
def test_nothing_differs_and_nothing_drifts_after_a_create(provider: Provider, case: Case) -> None:
    kept, properties = case.make(provider)
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs
    assert found.state == kept.state
    assert provider.diff(kept, properties).changes == NONE


@each
def test_an_import_finds_the_inputs_that_made_it(provider: Provider, case: Case) -> None:
    kept, properties = case.make(provider)
    found = provider.import_(case.kind, kept.id)
    assert found is not None
    assert found.inputs == kept.inputs
    assert provider.diff(found, properties).changes == NONE


@each
def test_an_import_of_what_is_not_there_finds_nothing(provider: Provider, case: Case) -> None:
    assert provider.import_(case.kind, case.missing_id) is None


@each
def test_a_delete_leaves_nothing_and_may_be_repeated(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, _ = case.make(provider)
    for _ in range(2):
        provider.delete(kept)
        assert not case.rows(simulator)


@each
def test_what_somebody_deleted_is_gone(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    case.drop(simulator, kept.id)
    provider.restart()
    assert provider.refresh(kept) is None
    if case.written_whole:
        assert provider.update(kept, properties).id in case.rows(simulator)
    else:
        with pytest.raises(CallError, match="not found") as failure:
            provider.update(kept, properties)
        assert "\n" not in failure.value.line
    provider.delete(kept)


@pytest.mark.parametrize("case", [case for case in CASES if case.parent == "applicationId"], ids=str)
def test_what_hung_on_a_deleted_application_is_gone(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, _ = case.make(provider)
    simulator.state.drop_application(kept.inputs["applicationId"])
    provider.restart()
    assert provider.refresh(kept) is None
    provider.delete(kept)


@each
def test_a_create_whose_state_was_lost_adopts_what_it_made(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    first, properties = case.make(provider)
    provider.restart()
    second = provider.create(case.kind, properties)
    assert second.id == first.id
    assert list(case.rows(simulator)) == [first.id]


@each
def test_what_is_adopted_becomes_what_is_asked_for_now(provider: Provider, simulator: Simulator, case: Case) -> None:
    first, properties = case.make(provider)
    change, path = case.changes[0]
    provider.restart()
    second = provider.create(case.kind, with_change(properties, change))
    found = provider.refresh(second)
    assert found is not None
    assert found.inputs == second.inputs
    assert second.id == first.id
    assert second.inputs[path] != first.inputs[path]


@each
@pytest.mark.parametrize("kind", ["drop_after", "truncated"])
def test_a_lost_answer_leaves_one_object(provider: Provider, simulator: Simulator, case: Case, kind: Any) -> None:
    properties = case.properties(provider)
    simulator.fail(Fault(procedure=case.create, kind=kind))
    kept = provider.create(case.kind, properties)
    assert list(case.rows(simulator)) == [kept.id]
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs


@each
def test_a_request_that_never_arrived_is_one_line_and_the_next_run_makes_one_object(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    properties = case.properties(provider)
    simulator.fail(Fault(procedure=case.create, kind="drop_before"))
    if not case.written_whole:
        with pytest.raises(CallError, match="whether it was carried out is unknown") as failure:
            provider.create(case.kind, properties)
        assert "\n" not in failure.value.line
        assert not case.rows(simulator)
        provider.restart()
    kept = provider.create(case.kind, properties)
    assert list(case.rows(simulator)) == [kept.id]


class Standing:
    """One object of each case, made once and put back in order after each test, since making it takes most of the
    time of a test that changes one property."""

    def __init__(self, simulator: Simulator, provider: Provider) -> None:
        self.simulator, self.provider = simulator, provider
        self._made: dict[int, tuple[Kept, dict[str, Any]]] = {}

    @contextmanager
    def of(self, case: Case) -> Iterator[tuple[Kept, dict[str, Any]]]:
        place = CASES.index(case)
        if place not in self._made:
            properties = case.properties(self.provider)
            self._made[place] = (self.provider.create(case.kind, properties, name=f"it-{place}"), properties)
        kept, properties = self._made[place]
        before = copy.deepcopy(self.row(case, kept))
        yield kept, properties
        self.row(case, kept).update(before)
        # The shared reads of the provider would otherwise remember the row as the test left it.
        self.provider.restart()

    def row(self, case: Case, kept: Kept) -> dict[str, Any]:
        return case.row(self.simulator, kept.id)


@pytest.fixture(scope="module")
def standing() -> Iterator[Standing]:
    with Simulator() as simulator, Provider(simulator) as provider:
        yield Standing(simulator, provider)


def under(path: str, diff: Any) -> bool:
    return any(each == path or each.startswith((f"{path}.", f"{path}[")) for each in diff.detailedDiff)


@pytest.mark.parametrize(("case", "change", "path"), CHANGES)
def test_a_change_is_shown_at_its_path_made_in_place_and_read_back(
    standing: Standing, case: Case, change: dict[str, Any], path: str
) -> None:
    provider = standing.provider
    with standing.of(case) as (kept, before):
        after = with_change(before, change)
        asked_for = provider.canonical(case.kind, after)
        diff = provider.diff(kept, after)
        assert under(path, diff)
        assert not diff.replaces
        differing = {key for key in {*kept.inputs, *asked_for} if kept.inputs.get(key) != asked_for.get(key)}
        assert set(diff.diffs) == differing
        changed = provider.update(kept, after)
        found = provider.refresh(changed)
        assert found is not None
        assert found.inputs == asked_for
        assert provider.diff(changed, after).changes == NONE
        # And back, so that nothing of the change stays behind.
        found = provider.refresh(provider.update(changed, before))
        assert found is not None
        assert found.inputs == kept.inputs


@pytest.mark.parametrize(("case", "column", "value", "path"), EDITS)
def test_an_edit_in_dokploys_ui_is_shown_and_repaired(
    standing: Standing, case: Case, column: str, value: Any, path: str
) -> None:
    provider = standing.provider
    with standing.of(case) as (kept, properties):
        standing.row(case, kept)[column] = value
        found = provider.refresh(kept)
        assert found is not None
        diff = provider.diff(found, properties)
        assert under(path, diff)
        if not diff.replaces:
            again = provider.refresh(provider.update(found, properties))
            assert again is not None
            assert again.inputs == kept.inputs


@pytest.mark.parametrize(("case", "change", "path"), REPLACING)
def test_what_dokploy_cannot_change_is_replaced(
    provider: Provider, case: Case, change: dict[str, Any], path: str
) -> None:
    kept, properties = case.make(provider)
    diff = provider.diff(kept, with_change(properties, change))
    assert diff.replaces == path.split()
    for each in path.split():
        kinds = {change.kind for name, change in diff.detailedDiff.items() if name.startswith(each)}
        assert kinds
        assert all(provider_pb2.PropertyDiff.Kind.Name(kind).endswith("_REPLACE") for kind in kinds)


@each
def test_a_preview_of_a_create_knows_the_inputs_and_asks_nothing(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    properties = case.properties(provider)
    before = len(simulator.calls)
    shown = provider.preview_create(case.kind, properties)
    assert len(simulator.calls) == before
    kept = provider.create(case.kind, properties)
    assert set(shown) == set(kept.state)
    assert shown.items() >= kept.inputs.items()


@each
def test_a_preview_of_an_update_asks_nothing(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    before = len(simulator.calls)
    change, _ = case.changes[0]
    shown = provider.preview_update(kept, with_change(properties, change))
    assert len(simulator.calls) == before
    assert shown.items() >= provider.canonical(case.kind, with_change(properties, change)).items()


@pytest.mark.parametrize("case", [case for case in CASES if not case.server_wide], ids=str)
def test_a_key_of_another_organisation_changes_nothing(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    rows = repr(case.rows(simulator))
    foreign = simulator.add_key(simulator.add_organization("another"))
    with Provider() as stranger:
        stranger.configure(url=simulator.url, apiKey=foreign)
        calls = len(simulator.calls)
        with pytest.raises(CallError, match=r"another organisation|not allowed"):
            stranger.refresh(kept)
        with pytest.raises(CallError, match=r"another organisation|not allowed"):
            stranger.update(kept, with_change(properties, case.changes[0][0]))
        # In a run of its own: what one run has changed it does not delete.
        stranger.configure(url=simulator.url, apiKey=foreign)
        with pytest.raises(CallError, match=r"another organisation|not allowed"):
            stranger.delete(kept, restart=False)
        if case.parent:
            with pytest.raises(CallError, match=r"another organisation|not allowed"):
                stranger.create(case.kind, properties, name="another")
    assert {call.method for call in simulator.calls[calls:]} == {"GET"}
    assert repr(case.rows(simulator)) == rows


@each
def test_an_update_that_fails_is_one_line(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    simulator.fail(Fault(procedure="*", kind="status500", times=20))
    with pytest.raises(CallError) as failure:
        provider.update(kept, with_change(properties, case.changes[0][0]))
    assert "\n" not in failure.value.line
    assert "params" not in failure.value.line


def test_an_update_to_the_same_writes_nothing(provider: Provider, simulator: Simulator) -> None:
    kept, properties = APPLICATION.make(provider)
    calls = len(simulator.calls)
    provider.update(kept, properties)
    assert {call.procedure for call in simulator.calls[calls:]} == {"application.one"}
