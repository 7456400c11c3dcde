"""The simulator answers as a real Dokploy v0.30.2 did."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest

from dokploy.simulator import Simulator
from dokploy.simulator.environment import UnknownReferenceError, resolve

from .recordings import counts, environments, exceptions, exchanges, stage, unsent
from .replay import Replay, Result


@pytest.fixture(scope="module")
def results() -> list[Result]:
    found: list[Result] = []
    for _, run in groupby(exchanges(), key=lambda exchange: exchange.run):
        with Simulator() as sim:
            found += Replay(sim, stage()).run(list(run), unsent())
    return found


def test_every_served_exchange_is_answered_as_recorded(
    results: list[Result], record_property: Callable[[str, object], None]
) -> None:
    compared = [result for result in results if result.exchange.id not in exceptions()]
    wrong = [result for result in compared if result.differences]
    served, recorded = counts()["served"], counts()["recorded"]
    matched = len(compared) - len(wrong)
    record_property("told", f"contract: matched {matched} of {served} served ({served} of {recorded} recorded)")
    assert not wrong, _report(wrong)


def test_no_exception_outlives_its_reason(results: list[Result]) -> None:
    listed = set(exceptions()) - unsent()
    differing = {result.exchange.id for result in results if result.differences}
    assert listed - differing == set(), "these are answered as recorded by now: take them out of exceptions.jsonl"


def test_every_exception_and_every_step_names_a_recorded_exchange() -> None:
    known = {exchange.id for exchange in exchanges()}
    assert set(exceptions()) <= known
    assert set(stage()) <= known


def test_the_recordings_are_complete() -> None:
    assert len(exchanges()) == counts()["served"]
    assert counts()["served"] + sum(counts()["not_served"].values()) == counts()["recorded"] == 1331


PROJECT = 'PX=from-project\nPQ="quoted value"\nPREF=${{environment.EX}}'


@pytest.mark.parametrize("case", environments(), ids=lambda case: case["note"].partition(": ")[2])
def test_the_variables_that_reach_a_container_are_the_recorded_ones(case: dict[str, Any]) -> None:
    if case["entries"] is None:
        with pytest.raises(UnknownReferenceError):
            resolve(case["env"], PROJECT, "EX=from-env")
    else:
        assert resolve(case["env"], PROJECT, "EX=from-env") == case["entries"]


def _report(wrong: list[Result]) -> str:
    lines = []
    for result in wrong:
        exchange = result.exchange
        lines.append(f"{exchange.id} {exchange.method} {exchange.path} # {exchange.note}")
        lines += [f"    {difference}" for difference in result.differences[:6]]
    return "\n".join(lines)
