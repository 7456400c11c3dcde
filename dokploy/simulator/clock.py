"""Time inside the simulator: seconds since the epoch that never run backwards."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()
        self._skipped = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        passed = time.monotonic() + self._offset if self._frozen is None else self._frozen
        return passed + self._skipped

    def freeze(self, moment: float) -> None:
        """Stand still at this moment from now on: only `skip` moves the time, however slow the machine is."""
        self._frozen, self._skipped = moment, 0.0

    def skip(self, seconds: float) -> None:
        """Let time pass at once, so that a test need not wait for a cron expression or a monitor window."""
        self._skipped += seconds


def iso(moment: float) -> str:
    """As Dokploy writes times: UTC, milliseconds, Z."""
    text = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def docker_time(moment: float) -> str:
    """As Docker writes times (nanoseconds)."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f000Z")


def log_time(moment: float) -> str:
    """As Dokploy writes times in the names of log files."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d:%H:%M:%S")


def ago(seconds: float) -> str:
    """As Docker writes the age of a task."""
    whole = int(seconds)
    if whole < 1:
        return "less than a second ago"
    if whole == 1:
        return "1 second ago"
    if whole < 60:
        return f"{whole} seconds ago"
    minutes = whole // 60
    if minutes == 1:
        return "about a minute ago"
    if minutes < 60:
        return f"{minutes} minutes ago"
    hours = minutes // 60
    return "about an hour ago" if hours == 1 else f"{hours} hours ago"
