"""One line a step; while a step takes long, the seconds so far."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

LINE_EVERY_S = 15.0


class Progress:
    """Tells what is going on: a terminal gets one line that counts, a log gets a line now and then."""

    def __init__(self, console: Console | None = None, line_every_s: float = LINE_EVERY_S) -> None:
        self._console = console or Console(highlight=False, soft_wrap=True)
        self._line_every_s = line_every_s

    def step(self, text: str) -> None:
        """Say that something was done or found."""
        self._console.print(text, markup=False)

    @contextmanager
    def waiting(self, text: str) -> Iterator[Callable[[], None]]:
        """Yield a function to call often while something takes long."""
        began = time.monotonic()
        told = began
        self.step(text)
        with self._console.status(text) as status:

            def tick() -> None:
                nonlocal told
                now = time.monotonic()
                line = f"{text}: {now - began:.0f} s"
                if self._console.is_terminal:
                    status.update(line)
                elif now - told >= self._line_every_s:
                    told = now
                    self.step(line)

            yield tick
