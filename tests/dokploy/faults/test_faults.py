"""Every fault in every operation of every resource ends in recovery or in one line, doubles nothing, and shows no
secret; and the next run goes on from there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dokploy.client import DokployClient
from dokploy.patience import Patience
from dokploy.resources import RESOURCES
from dokploy.simulator import Simulator, Timings
from tests.dokploy.exactly_once.table import DEPLOYMENT, TABLE
from tests.dokploy.faults.table import (
    AWAY_S,
    CELLS,
    CREATE,
    DELETE,
    LATE_S,
    NOTHING_TO_STRIKE,
    OPERATIONS,
    OTHER,
    PATIENCE_S,
    READ,
    TIMEOUT_S,
    TROUBLES,
    UPDATE,
    Operation,
    Trouble,
    change_of,
    living,
    struck_at,
)
from tests.dokploy.plugin.harness import CallError, Kept, Provider, wait_until
from tests.dokploy.resources.canaries import CANARY, exposed, with_canaries
from tests.dokploy.resources.case import Case, with_change

pytestmark = pytest.mark.provider

QUICK = Timings(
    build_s=0.02, start_s=0.01, healthy_s=0.01, linger_s=0.01, restart_s=0.01, traefik_s=0.0, receiver_s=AWAY_S
)


@dataclass
class Bench:
    """One server and one provider for the whole table."""

    simulator: Simulator
    provider: Provider
    timeout_s: float = 30.0
    held: int = 0
    cells: int = 0
    _given: dict[str, dict[str, Any]] = field(default_factory=dict)
    _calls: dict[str, dict[Operation, list[tuple[str, str]]]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The resource's, in this cell."""
        return f"struck-{self.cells}"

    def new_run(self, *, timeout_s: float = 30.0) -> None:
        """As with a plugin that was started anew."""
        self.timeout_s = timeout_s
        self.provider.configure(url=self.simulator.url, apiKey=self.simulator.api_key)

    def properties(self, case: Case) -> dict[str, Any]:
        """The example with canaries in its secrets, below objects that the whole table shares."""
        if case.kind not in self._given:
            properties = case.properties(self.provider)
            if case is DEPLOYMENT:
                self.simulator.state.applications[properties["applicationId"]]["env"] = f"JWT_SECRET={CANARY}"
            self._given[case.kind] = with_canaries(case, properties)
        return self._given[case.kind]

    def do(self, case: Case, operation: Operation, kept: Kept | None) -> Kept | None:
        """The operation, and what the engine then keeps."""
        properties = self.properties(case)
        if operation == CREATE:
            return self.provider.create(case.kind, properties, name=self.name)
        assert kept is not None
        if operation == READ:
            return self.provider.refresh(kept)
        if operation == UPDATE:
            return self.provider.update(kept, with_change(properties, change_of(case)))
        self.provider.delete(kept, restart=False)
        return None

    def calls_of(self, case: Case) -> dict[Operation, list[tuple[str, str]]]:
        """Verb and procedure of the calls that each operation makes when nothing goes wrong."""
        if case.kind not in self._calls:
            found, kept = {}, None
            for operation in OPERATIONS:
                self.properties(case)
                self.new_run()
                before = len(self.simulator.calls)
                kept = self.do(case, operation, kept) or kept
                found[operation] = [(call.method, call.procedure) for call in self.simulator.calls[before:]]
            self._calls[case.kind] = found
            self.simulator.state.deployments.clear()
        return self._calls[case.kind]

    def clean(self, case: Case) -> None:
        """Away with what the cell made, whatever became of it."""
        for id in living(case, self.simulator) if case is not DEPLOYMENT else ():
            case.drop(self.simulator, id)
        self.simulator.state.deployments.clear()
        self.simulator.world.queue.waiting.clear()


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with pytest.MonkeyPatch.context() as patch, Simulator(timings=QUICK) as simulator, Provider() as provider:
        made = Bench(simulator, provider)
        patch.setattr("dokploy.server.LOOKS_S", (0.01, 0.02))
        patch.setattr("dokploy.polling.FIRST_S", 0.01)
        patch.setattr("dokploy.history.ARRIVES_WITHIN_S", 0.3)
        patch.setattr("dokploy.traefik.SETTLES_S", 0.001)
        patience = partial(Patience, away_s=PATIENCE_S, busy_s=PATIENCE_S, first_wait_s=0.003)
        patch.setattr("dokploy.patience.Patience", patience)
        patch.setattr(
            "dokploy.client.DokployClient",
            lambda *given, **more: DokployClient(*given, timeout_s=made.timeout_s, **more),
        )
        made.new_run()
        beside(provider)
        with process_lists() as seen:
            yield made
        assert not [line for line in seen if CANARY in line]


def beside(provider: Provider) -> None:
    """An application that is deployed while something else is done, and who is told of it."""
    environment = provider.create("Project", {"name": OTHER}, name=OTHER).state["defaultEnvironmentId"]
    image = {"reference": "web:1"}
    provider.create("Application", {"name": OTHER, "environmentId": environment, "image": image}, name=OTHER)
    receiver = {"endpoint": "https://slow.example"}
    provider.create("Notification", {"name": OTHER, "appDeploy": True, "custom": receiver}, name=OTHER)


@contextlib.contextmanager
def process_lists() -> Iterator[set[str]]:
    """What `ps` would have shown meanwhile, now and then."""
    seen: set[str] = set()
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            for file in Path("/proc").glob("[0-9]*/cmdline"):
                with contextlib.suppress(OSError):  # it has ended
                    seen.add(file.read_text(errors="replace"))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def test_every_resource_operation_and_fault_has_its_cell() -> None:
    assert [case.kind for case in TABLE] == [resource.name for resource in RESOURCES]
    cells = len(RESOURCES) * len(OPERATIONS) * len(TROUBLES)
    assert len(CELLS) == cells - len(NOTHING_TO_STRIKE) * len(TROUBLES)


@pytest.mark.parametrize(
    ("case", "operation", "trouble"), [pytest.param(*cell, id="-".join(map(str, cell))) for cell in CELLS]
)
def test_a_fault_ends_in_recovery_or_one_line(bench: Bench, case: Case, operation: Operation, trouble: Trouble) -> None:
    bench.cells += 1
    try:
        judge(bench, case, operation, trouble)
    finally:
        bench.clean(case)
    bench.held += 1


def judge(bench: Bench, case: Case, operation: Operation, trouble: Trouble) -> None:
    simulator, provider = bench.simulator, bench.provider
    call = struck_at(case, operation, bench.calls_of(case)[operation])
    properties = bench.properties(case)
    bench.new_run()
    before = None if operation == CREATE else provider.create(case.kind, properties, name=bench.name)
    told = len(provider.engine.lines)
    bench.new_run(timeout_s=TIMEOUT_S if trouble.is_late else 30.0)

    trouble.strike(simulator, call)
    after, lines = outcome(bench, case, operation, before)
    wait_until(lambda: simulator.listens)
    if trouble.is_late:
        time.sleep(LATE_S)
    assert not simulator.faulty or trouble.lasts, "nothing was struck"
    simulator.heal()

    assert not lines or operation not in trouble.survived, lines
    assert_one_line_each(case, lines)
    bench.new_run()
    if lines:
        after = again(bench, case, operation, before, after)
    assert_as_asked(bench, case, operation, after)
    shown = [*lines, *(text for _, text, _ in provider.engine.lines[told:])]
    assert not [line for line in shown if CANARY in line]


def outcome(bench: Bench, case: Case, operation: Operation, before: Kept | None) -> tuple[Kept | None, list[str]]:
    """What the engine keeps, and what people read."""
    try:
        kept = bench.do(case, operation, before)
    except CallError as error:
        return before, [error.line]
    return kept, kept.errors if kept is not None else []


def again(bench: Bench, case: Case, operation: Operation, before: Kept | None, after: Kept | None) -> Kept | None:
    """The next run, after one that ended with an error."""
    if operation == CREATE and after is not None:
        # It exists, and is brought in order.
        return bench.provider.update(after, bench.properties(case))
    return bench.do(case, operation, after or before)


def assert_one_line_each(case: Case, lines: list[str]) -> None:
    for line in lines:
        assert "params" not in line
        # A deployment that fails says with its cause how the log ends and what to do.
        assert "\n" not in line or (case is DEPLOYMENT and line.startswith("deployment of")), line


def assert_as_asked(bench: Bench, case: Case, operation: Operation, after: Kept | None) -> None:
    """One object that is as the program says, or none."""
    found = living(case, bench.simulator)
    if operation == DELETE:
        assert found == []
        return
    assert after is not None
    assert not after.errors
    # A deployment is made once more by an update.
    assert found == [after.id] * (2 if case is DEPLOYMENT and operation == UPDATE else 1)
    read = bench.provider.refresh(after)
    assert read is not None
    assert read.inputs == after.inputs
    properties = bench.properties(case)
    wanted = with_change(properties, change_of(case)) if operation == UPDATE else properties
    assert bench.provider.canonical(case.kind, wanted) == after.inputs
    difference = bench.provider.diff(after, with_change(properties, change_of(case)))
    assert CANARY not in str(difference)
    assert not exposed(after)
    assert not exposed(read)


def test_the_count_is_printed(bench: Bench, record_property: Callable[[str, object], None]) -> None:
    count = f"{bench.held} of {len(CELLS)} cells"
    record_property("told", f"faults: {count} end in recovery or in one line, and double nothing")
