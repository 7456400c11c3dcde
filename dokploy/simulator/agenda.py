"""What will happen and when: builds that end, containers that become healthy, cron jobs that fire.

Nothing runs in the background. Whoever looks at the simulator first lets everything happen that is due,
in the order of time; so a simulator stops at once and two looks at the same moment agree.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from .clock import Clock

Happening = Callable[[float], None]


class Agenda:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._due: list[tuple[float, int, Happening]] = []
        self._order = count()

    def at(self, moment: float, happening: Happening) -> None:
        """`happening` is called with the moment it was due, which may lie in the past."""
        heapq.heappush(self._due, (moment, next(self._order), happening))

    def catch_up(self) -> None:
        while self._due and self._due[0][0] <= self.clock.now():
            moment, _, happening = heapq.heappop(self._due)
            happening(moment)
