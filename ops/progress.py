"""Says what a command is doing, on stderr: a live status in a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status


class Progress:
    """One voice for a whole command; stdout stays free for its result."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, highlight=False, soft_wrap=True)
        self._status: Status | None = None
        self._doing = ""

    def note(self, text: str) -> None:
        """Something to know that takes no time."""
        self.console.print(text, markup=False)

    def detail(self, text: str) -> None:
        """What the running step is at right now; shown in a terminal only."""
        if self._status is not None:
            self._status.update(f"{self._doing}: {text}")

    @contextmanager
    def step(self, doing: str) -> Iterator[None]:
        """Show that something is being done for as long as the block runs, and what it took."""
        self._doing, began = doing, time.monotonic()
        if self.console.is_terminal:
            with self.console.status(doing) as self._status:
                try:
                    yield
                finally:
                    self._status = None
        else:
            self.note(f"{doing} ...")
            yield
        self.note(f"{doing}: {time.monotonic() - began:.1f} s")
