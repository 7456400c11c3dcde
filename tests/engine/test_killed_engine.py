"""The engine is killed while it makes something: the next up goes on, and ends with one of each, as the state says."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from dokploy.resources import RESOURCES
from dokploy.simulator import Fault, Simulator
from dokploy.simulator.faults import Kind
from ops.interrupted import take_up
from tests.engine.conftest import NewWorkspace
from tests.engine.example import ref
from tests.engine.one_of_each import ROWS, WAVES, Row, one_of_each
from tests.engine.outcome import Outcome
from tests.engine.waiting import kill_at_once, plugin_of
from tests.engine.workspace import CHECKOUT, LONGEST_S, QUIET, STACK, Run, Workspace
from toolchain import locate

pytestmark = pytest.mark.engine

MOMENTS: dict[str, Kind] = {
    "the engine is killed before the call arrives": "drop_before",
    "the engine is killed after the call is carried out": "drop_after",
}
ALL_AT_ONCE = "--parallel=16"
each = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@dataclass
class Stack:
    """One of each resource, and what became of it."""

    simulator: Simulator
    workspace: Workspace
    said: list[str] = field(default_factory=list)

    def up(self, *arguments: str) -> Outcome:
        """What `make up` does: whatever a killed run left is taken up first."""
        take_up(self.workspace.folder, STACK, locate(), self.workspace.environment, self.said.append)
        return self.workspace.pulumi("up", *QUIET, ALL_AT_ONCE, *arguments)

    def up_until(self, faults: list[Fault], kill: Callable[[Run], None], *arguments: str) -> None:
        """The same, but when all these faults have come about at once, `kill`."""
        take_up(self.workspace.folder, STACK, locate(), self.workspace.environment, self.said.append)
        with self.workspace.start("up", *QUIET, ALL_AT_ONCE, *arguments) as run:
            together = threading.Barrier(len(faults), action=lambda: kill(run), timeout=LONGEST_S)
            for fault in faults:
                self.simulator.fail(Fault(procedure=fault.procedure, kind=fault.kind, meanwhile=together.wait))
            text = run.wait().failed().text
        assert not self.simulator.faulty, f"it was not killed:\n{text}"

    def made(self, row: Row) -> list[str]:
        """What the server holds of a resource."""
        return list(row.ids(self.simulator.state))


def _engine(run: Run) -> None:
    """kill -9 of Pulumi's CLI, which is the engine; its children are left to find out."""
    os.kill(run.pid, signal.SIGKILL)


def _plugin(run: Run) -> None:
    kill_at_once(plugin_of(run.pid, CHECKOUT / "dokploy"))


@dataclass(frozen=True, kw_only=True)
class Creates:
    """What there was after the last of the deaths: the server's ids, and the state's one."""

    stack: Stack
    made: dict[str, list[str]]
    ids: dict[str, str]
    last: Outcome
    again: Outcome


@pytest.fixture(scope="module")
def stack(new_workspace: NewWorkspace) -> Iterator[Stack]:
    with Simulator() as simulator:
        workspace = new_workspace(simulator)
        workspace.write(one_of_each())
        yield Stack(simulator, workspace)


@pytest.fixture(scope="module")
def creates(stack: Stack) -> Creates:
    """Wave after wave, the engine dies at all of its creates at once: before they arrive, then after."""
    for wave in WAVES:
        for kind in MOMENTS.values():
            stack.up_until([Fault(procedure=row.create, kind=kind) for row in wave], _engine)
    last = stack.up()
    made = {row.name: stack.made(row) for row in ROWS}
    ids = stack.workspace.ids
    return Creates(stack=stack, made=made, ids=ids, last=last, again=stack.up("--expect-no-changes"))


def test_every_resource_has_its_row() -> None:
    assert sorted(row.kind for row in ROWS) == sorted(resource.name for resource in RESOURCES)


@each
def test_an_engine_killed_at_a_create_leaves_one_object_that_the_state_knows(creates: Creates, row: Row) -> None:
    creates.last.succeeded()
    assert creates.made[row.name] == [creates.ids[row.name]]


def test_nothing_is_pending_and_nothing_differs_in_the_end(creates: Creates) -> None:
    creates.again.succeeded()
    assert "pending operations" in creates.last.text
    assert "pending operations" not in creates.again.text
    assert sum("left stack dev locked" in line for line in creates.stack.said) == len(WAVES) * len(MOMENTS)


def test_an_engine_killed_between_the_halves_of_replacements_by_hand_leaves_one_of_each(
    creates: Creates, record_property: Callable[[str, object], None]
) -> None:
    """At the last create half: all others are recorded, and their old selves are still to be deleted."""
    stack = creates.stack
    at_the_release = Fault(procedure="docker.getContainersByAppLabel", kind="drop_before")
    targets = [f"--replace={stack.workspace.urn(row.name)}" for row in ROWS]
    stack.up_until([at_the_release], _engine, *targets)
    assert stack.workspace.to_be_deleted == len(ROWS) - 1
    stack.up().succeeded()
    ids = stack.workspace.ids
    # An application that was replaced is deployed again, which makes a second record of the one deployment.
    held = [row.name for row in ROWS if set(stack.made(row)) == {creates.ids[row.name]} == {ids[row.name]}]
    one = [row for row in ROWS if creates.made[row.name] == [creates.ids[row.name]]]
    counts = [*((len(one), moment) for moment in MOMENTS), (len(held), "it is killed within a replacement by hand")]
    for count, moment in counts:
        record_property("told", f"exactly once: {count} of {len(ROWS)} resources where {moment}")
    assert held == [row.name for row in ROWS]
    stack.up("--expect-no-changes").succeeded()


@pytest.mark.parametrize("kill", [_engine, _plugin])
def test_a_replacement_killed_between_its_delete_and_its_create_ends_with_one_object(
    creates: Creates, kill: Callable[[Run], None]
) -> None:
    """The children move to another application: each is deleted here before it is made there."""
    stack, children = creates.stack, WAVES[3]
    program = one_of_each()
    name = f"other-{kill.__name__}"
    program.declare(name, "Application", **program["web"] | {"name": name})
    names = [each for each in program.resources if each != name]
    names.insert(names.index("web"), name)
    program.resources = {each: program.resources[each] for each in names}
    for row in children:
        program[row.name]["application_id"] = ref(name)
    stack.workspace.write(program)
    kinds: dict[str, Kind] = {row.create: "drop_after" if kill is _engine else "drop_before" for row in children}
    stack.up_until([Fault(procedure=create, kind=kind) for create, kind in kinds.items()], kill)
    assert len(stack.made(children[0])) == (1 if kill is _engine else 0)
    stack.up().succeeded()
    ids = stack.workspace.ids
    assert {row.name: stack.made(row) for row in children} == {row.name: [ids[row.name]] for row in children}
    stack.workspace.pulumi("refresh", "--preview-only", "--expect-no-changes").succeeded()
