"""How few calls an operation needs: the bounds that `make bench` prints."""

from __future__ import annotations

from itertools import islice

import pytest

from bench import calls

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, calls.Measured]:
    folder = tmp_path_factory.mktemp("production") / "checkout"
    return {each.operation: each for each in calls.of_production(folder)}


def test_refreshing_an_application_with_twenty_children_takes_four_calls_at_most(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    refresh = calls.of_twenty_children(tmp_path_factory.mktemp("children") / "project")
    refresh.outcome.succeeded()
    assert refresh.outcome.procedures["application.one"] == 1
    assert refresh.calls <= 4, refresh.outcome.procedures


def test_an_up_of_production_without_a_change_takes_six_calls_at_most(production: dict[str, calls.Measured]) -> None:
    unchanged = production["up without a change"]
    unchanged.outcome.succeeded()
    assert unchanged.calls <= 6, unchanged.outcome.procedures


def test_creating_production_takes_two_calls_a_resource_besides_polling(production: dict[str, calls.Measured]) -> None:
    create = production["create"]
    create.outcome.succeeded()
    made = calls.resources_of(create)
    assert made == 20
    assert create.other <= 2 * made, create.outcome.procedures


def test_the_peers_stack_is_nine_resources_and_stays_as_it_is(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("peers") / "project"
    create, unchanged = islice(calls.of_the_peers_stack(folder), 2)
    assert calls.resources_of(create) == 9
    assert create.other <= 2 * 9, create.outcome.procedures
    assert unchanged.outcome.succeeded().writes == []
