"""Faults that a test asks for at the boundary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "drop_before",  # the connection is closed, nothing was done
    "drop_after",  # the connection is closed, all was done
    "status401",  # what a bad key gets: a bare 401
    "status429",
    "status500",  # with a query and its values in the message
    "echo",  # the values of the request in a message that is no query
    "html",  # a proxy's page in place of JSON
    "truncated",  # half of the answer, then the connection is closed
    "delay",  # the answer comes `seconds` later
]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """`skip` calls of `procedure` pass, the next `times` fail. `procedure` "*" stands for every one.

    `meanwhile` happens at the moment of the fault, before anything is sent back: the death of a process, for instance.
    """

    procedure: str
    kind: Kind
    times: int = 1
    skip: int = 0
    seconds: float = 1.0
    meanwhile: Callable[[], object] = lambda: None


class Faults:
    def __init__(self) -> None:
        self._plans: list[_Plan] = []

    def add(self, fault: Fault) -> None:
        self._plans.append(_Plan(fault=fault, skip=fault.skip, left=fault.times))

    def clear(self) -> None:
        self._plans.clear()

    @property
    def left(self) -> bool:
        """Whether one is still to come."""
        return any(plan.left for plan in self._plans)

    def next_for(self, procedure: str) -> Fault | None:
        """The fault that this call meets, if any."""
        for plan in self._plans:
            if plan.fault.procedure not in ("*", procedure) or plan.left == 0:
                continue
            if plan.skip > 0:
                plan.skip -= 1
                continue
            plan.left -= 1
            return plan.fault
        return None


@dataclass(kw_only=True)
class _Plan:
    fault: Fault
    skip: int
    left: int
