"""Follows one run of the engine: what it says, what it does to which resource, what rules it finds broken."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

from pulumi.automation import EngineEvent, OpType

from ops.progress import Progress
from ops.rehearsal.report import Change

LINES_KEPT = 30
QUIET = {OpType.SAME, OpType.READ, OpType.REFRESH}
"""The operations that leave a resource as it was."""


class Watch:
    """Give `line` and `event` to the Automation API as `on_output`, `on_error` and `on_event`.

    `tidy` takes secrets out of what is said. Events come from another thread than the one that reads the
    results; each list only grows.
    """

    def __init__(self, tidy: Callable[[str], str], progress: Progress) -> None:
        self._tidy = tidy
        self._progress = progress
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self.changes: list[Change] = []
        self.violations: list[Mapping[str, Any]] = []

    def line(self, text: str) -> None:
        if text.strip():
            self._lines.append(self._tidy(text))

    @property
    def last_lines(self) -> tuple[str, ...]:
        """The end of what the engine said: its diagnostics, where it came to them."""
        lines = list(self._lines)
        start = next((i for i, line in enumerate(lines) if line.strip() == "Diagnostics:"), 0)
        return tuple(lines[start:])

    def event(self, event: EngineEvent) -> None:
        if event.resource_pre_event is not None:
            urn = event.resource_pre_event.metadata.urn
            self._progress.detail(urn.rpartition("::")[2])
        if event.res_outputs_event is not None:
            done = event.res_outputs_event.metadata
            if done.op not in QUIET:
                properties = sorted({*(done.detailed_diff or {}), *(done.diffs or ())})
                self.changes.append(Change(operation=done.op.value, urn=done.urn, properties=tuple(properties)))
        if event.policy_event is not None:
            found = event.policy_event
            self.violations.append(
                {
                    "policy": found.policy_name,
                    "level": found.enforcement_level,
                    "urn": found.resource_urn,
                    "message": self._tidy(found.message),
                }
            )
