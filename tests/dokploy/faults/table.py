"""What may go wrong with a call, and at which call of an operation it strikes: the columns of the fault table."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from dokploy.simulator import Fault, Simulator
from dokploy.simulator.faults import Kind
from tests.dokploy.exactly_once.table import DEPLOYMENT, TABLE
from tests.dokploy.resources.case import Case

AWAY_S = 0.05
"""How long a server is away here; 6.5 to 10 s in earnest. The client's patience is scaled alike."""
PATIENCE_S = 1.0
TIMEOUT_S = 0.1
LATE_S = 0.15
"""How long an answer is waited for where it comes too late, and when that one comes."""

OTHER = "parent of notifications"
"""The name of an application that is deployed meanwhile, and of who is told of it."""

Operation = str
CREATE, READ, UPDATE, DELETE = OPERATIONS = ("create", "read", "update", "delete")
Strike = Callable[[Simulator, int], None]


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """One fault. `strike` prepares it; its number is that of the operation's call which it is to meet.

    `survived` are the operations that have to succeed in spite of it; the others may end with an error.
    """

    name: str
    strike: Strike
    survived: tuple[Operation, ...] = ()
    lasts: bool = False
    """Whether it goes on until it is healed."""
    is_late: bool = False
    """Whether the answer comes too late; then the client waits for it only shortly."""

    def __str__(self) -> str:
        return self.name


def _at(kind: Kind, simulator: Simulator, skip: int, *, times: int = 1, seconds: float = 0.0) -> None:
    simulator.fail(Fault(procedure="*", kind=kind, skip=skip, times=times, seconds=seconds))


def _restart(simulator: Simulator, skip: int) -> None:
    """The connection breaks at the call, and for a while nobody listens."""

    def stop() -> None:
        threading.Thread(target=_down, args=(simulator,)).start()

    simulator.fail(Fault(procedure="*", kind="drop_before", skip=skip, meanwhile=stop))


def _down(simulator: Simulator, skip: int = 0) -> None:
    """Nobody listens when the operation begins."""
    simulator.stop()
    simulator.restart()
    threading.Timer(AWAY_S, simulator.start).start()


def _without_database(simulator: Simulator, skip: int) -> None:
    """Every call from then on is answered like one with a bad key."""
    simulator.fail(Fault(procedure="*", kind="status401", skip=skip, times=1_000_000))
    threading.Timer(AWAY_S, simulator.heal).start()


def _slow_receiver(simulator: Simulator, skip: int) -> None:
    """A deployment has just ended, and the queue waits for who is told of it."""
    with simulator.world.lock:
        application = next(row for row in simulator.state.applications.values() if row["name"] == OTHER)
        simulator.world.queue.add(application["applicationId"], "deploy", OTHER, "", simulator.world.now())


TROUBLES = (
    Trouble(name="drop before", strike=partial(_at, "drop_before"), survived=(READ, UPDATE, DELETE)),
    Trouble(name="drop after", strike=partial(_at, "drop_after"), survived=OPERATIONS),
    Trouble(name="delay", strike=partial(_at, "delay", seconds=LATE_S), survived=(READ,), is_late=True),
    Trouble(name="401", strike=partial(_at, "status401"), survived=OPERATIONS),
    Trouble(name="429", strike=partial(_at, "status429"), survived=OPERATIONS),
    Trouble(name="500 with SQL", strike=partial(_at, "status500", times=1_000_000), lasts=True),
    Trouble(name="HTML", strike=partial(_at, "html"), survived=(READ, UPDATE, DELETE)),
    Trouble(name="truncated JSON", strike=partial(_at, "truncated"), survived=OPERATIONS),
    Trouble(name="server restart in a call", strike=_restart, survived=(READ, UPDATE, DELETE)),
    Trouble(name="server restart before a call", strike=_down, survived=OPERATIONS),
    Trouble(name="database away", strike=_without_database, survived=OPERATIONS, lasts=True),
    Trouble(name="slow receiver", strike=_slow_receiver, survived=OPERATIONS),
)

NOTHING_TO_STRIKE = {(DEPLOYMENT.kind, DELETE): "deleting a deployment asks nothing of Dokploy"}

CELLS = tuple(
    (case, operation, trouble)
    for case in TABLE
    for operation in OPERATIONS
    for trouble in TROUBLES
    if (case.kind, operation) not in NOTHING_TO_STRIKE
)


def change_of(case: Case) -> dict[str, Any]:
    """What an update of this case changes."""
    return {"triggers": {"revision": "2"}} if case is DEPLOYMENT else case.changes[0][0]


def struck_at(case: Case, operation: Operation, calls: list[tuple[str, str]]) -> int:
    """The number of the call to strike among those (verb and procedure) that the operation makes: the write that
    matters, or the first where it only reads."""
    if operation == READ:
        return 0
    if operation == CREATE:
        return next(number for number, (_, procedure) in enumerate(calls) if procedure == case.create)
    return max(number for number, (verb, _) in enumerate(calls) if verb == "POST")


def living(case: Case, simulator: Simulator) -> list[str]:
    """The ids of what there is of this kind, without deployments that came to nothing."""
    if case is DEPLOYMENT:
        rows = [row for row in simulator.state.deployments.values() if row["title"] != OTHER]
        return [row["applicationId"] for row in rows if row["status"] == "done"]
    return list(case.rows(simulator))
