"""Waiting in a test for something that another process brings about, and finding that process."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

LONGEST_S = 60


def until(happened: Callable[[], object]) -> None:
    """Return as soon as it has happened; fails after a minute."""
    deadline = time.monotonic() + LONGEST_S
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def plugin_of(cli: int, folder: Path) -> int:
    """The process of the provider in `folder` among the descendants of the CLI's process."""
    found = [pid for pid in descendants(cli) if str(folder) in _arguments(pid)]
    assert len(found) == 1, found
    return found[0]


def kill_at_once(pid: int) -> None:
    """SIGKILL, and wait until the process does nothing any more."""
    os.kill(pid, signal.SIGKILL)
    until(lambda: _status(pid) in ("Z", "X", None))


def command_lines() -> str:
    """The arguments of every process of this machine that can be read."""
    return "\n".join(" ".join(_arguments(int(entry.name))) for entry in Path("/proc").glob("[0-9]*"))


def descendants(pid: int) -> set[int]:
    """The process, what it started, and what those started."""
    parents = {int(entry.name): _parent(int(entry.name)) for entry in Path("/proc").glob("[0-9]*")}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _parent(pid: int) -> int | None:
    fields = _fields(pid)
    return int(fields[1]) if fields else None


def _status(pid: int) -> str | None:
    fields = _fields(pid)
    return fields[0] if fields else None


def _fields(pid: int) -> list[str] | None:
    """What follows the program's name in /proc/PID/stat: state, parent, ...; None where the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
