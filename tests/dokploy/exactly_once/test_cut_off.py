"""Whatever cuts a create off, the next run ends with one object, and it is the one that the state names."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.patience import Patience
from dokploy.resources import RESOURCES
from dokploy.simulator import Fault, Simulator
from dokploy.simulator.faults import Kind
from tests.dokploy.exactly_once.process import ProviderProcess
from tests.dokploy.exactly_once.table import TABLE, made
from tests.dokploy.plugin.harness import CallError, Kept, Provider
from tests.dokploy.resources.case import Case, with_change

pytestmark = pytest.mark.provider

LOST: dict[str, Kind] = {
    "the request does not arrive": "drop_before",
    "the answer is lost": "drop_after",
    "half of the answer is lost": "truncated",
}
KILLED: dict[str, Kind] = {
    "the plugin is killed before the call arrives": "drop_before",
    "the plugin is killed after the call is carried out": "drop_after",
}
REPLACED = {
    "a replacement by hand is cut off before its delete": False,
    "a replacement by hand is cut off before its delete, and the program changes": True,
}
WAYS = (*LOST, *KILLED, *REPLACED)
each = pytest.mark.parametrize("case", TABLE, ids=str)


@dataclass(frozen=True, kw_only=True)
class End:
    """What there was after the next run: the server's ids, and the one that the engine was given."""

    struck: bool
    made: list[str]
    known: str

    @property
    def is_one(self) -> bool:
        return self.struck and self.made == [self.known]


@pytest.fixture(scope="module")
def ends() -> Iterator[dict[tuple[str, str], End]]:
    """Every resource, cut off in every way, each time on a server that holds none of its kind."""
    with pytest.MonkeyPatch.context() as patch, Simulator() as simulator:
        # The waits between tries and looks are not what is tested here.
        patch.setattr("dokploy.server.LOOKS_S", (0.01, 0.02))
        patch.setattr("dokploy.history.ARRIVES_WITHIN_S", 0.2)
        patch.setattr("dokploy.patience.Patience", partial(Patience, away_s=0.05, busy_s=0.1, first_wait_s=0.001))
        with Provider(simulator) as provider, ProviderProcess(simulator) as process:
            yield {
                **{(way, str(case)): _lose(simulator, provider, case, LOST[way]) for way in LOST for case in TABLE},
                **{(way, str(case)): _kill(simulator, process, case, KILLED[way]) for way in KILLED for case in TABLE},
                **{
                    (way, str(case)): _replace(simulator, provider, case, REPLACED[way])
                    for way in REPLACED
                    for case in TABLE
                },
            }


def _lose(simulator: Simulator, provider: Provider, case: Case, kind: Kind) -> End:
    properties = case.properties(provider)
    provider.restart()
    simulator.fail(Fault(procedure=case.create, kind=kind))
    try:
        kept = provider.create(case.kind, properties, name=kind)
    except CallError:
        return _next_run(simulator, provider, case, properties, kind)
    return _end(simulator, provider, case, kept)


def _kill(simulator: Simulator, process: ProviderProcess, case: Case, kind: Kind) -> End:
    properties = case.properties(process)
    process.restart()
    simulator.fail(Fault(procedure=case.create, kind=kind, meanwhile=process.kill))
    # That no death came about is told by the fault, which is still there.
    with contextlib.suppress(CallError):
        process.create(case.kind, properties, name=f"killed-{kind}")
    return _next_run(simulator, process, case, properties, f"killed-{kind}")


def _next_run(simulator: Simulator, provider: Provider, case: Case, properties: dict[str, Any], name: str) -> End:
    provider.restart()
    try:
        kept = provider.create(case.kind, properties, name=name)
    except CallError as error:
        return _end(simulator, provider, case, error.line)
    return _end(simulator, provider, case, kept)


def _replace(simulator: Simulator, provider: Provider, case: Case, changed: bool) -> End:
    """As after `--replace`: the create half has taken up the object itself, and the engine still has a delete to do."""
    properties, name = case.properties(provider), f"replaced-{changed}"
    kept = provider.create(case.kind, properties, name=name)
    provider.restart()
    try:
        replacement = provider.create(case.kind, properties, name=name)
        provider.restart()
        if changed and case.changes:
            replacement = provider.update(replacement, with_change(properties, case.changes[0][0]))
        else:
            assert provider.diff(replacement, properties).changes == provider_pb2.DiffResponse.DIFF_NONE
        provider.delete(kept, restart=False)
    except CallError as error:
        return _end(simulator, provider, case, error.line)
    return _end(simulator, provider, case, replacement)


def _end(simulator: Simulator, provider: Provider, case: Case, kept: Kept | str) -> End:
    """What there is now; nothing of it stays for the next one. `kept`: an object, or why there is none."""
    known = kept.id if isinstance(kept, Kept) else kept
    end = End(struck=not simulator.faulty, made=made(case, simulator), known=known)
    simulator.heal()
    if isinstance(kept, Kept):
        provider.delete(kept)
    for id in made(case, simulator):
        case.drop(simulator, id)
    return end


def test_every_resource_has_its_row() -> None:
    assert [case.kind for case in TABLE] == [resource.name for resource in RESOURCES]


@each
@pytest.mark.parametrize("way", WAYS)
def test_what_was_cut_off_leaves_one_object_that_the_state_knows(
    ends: dict[tuple[str, str], End], way: str, case: Case
) -> None:
    end = ends[way, str(case)]
    assert end.struck, "nothing cut it off"
    assert end.made == [end.known]


def test_the_count_is_printed(ends: dict[tuple[str, str], End], record_property: Callable[[str, object], None]) -> None:
    for way in WAYS:
        held = [ends[way, str(case)].is_one for case in TABLE]
        record_property("told", f"exactly once: {sum(held)} of {len(held)} resources where {way}")
