"""How long an operation may still take."""

from __future__ import annotations

import time
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock, in seconds."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())

    def passed(self) -> bool:
        return self.left() == 0.0

    def limit(self) -> None:
        """Make it the limit of every call to Dokploy in this thread's context."""
        _CURRENT.set(self)


_CURRENT: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


def time_left(at_most_s: float) -> float:
    """Seconds that a call may take: `at_most_s`, or what is left of the operation that it belongs to."""
    current = _CURRENT.get()
    return at_most_s if current is None else min(at_most_s, current.left())
