"""What a dockerd leaves behind: processes when it was killed, and mounts always."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

ENDED_TIMEOUT_S = 10.0


def command_line(pid: int) -> list[str]:
    """The words that a process was started with; none when it is gone or a zombie."""
    try:
        return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        return []


def end_processes(exec_root: Path) -> None:
    """Kill containerd and the shims that a dockerd started for this exec-root, and the containers below the shims."""
    own = [pid for pid in _processes() if _is_containerd(command_line(pid), exec_root)]
    children = [pid for pid in _processes() if _parent(pid) in own]
    for pid in (*children, *own):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + ENDED_TIMEOUT_S
    while any(map(command_line, (*children, *own))) and time.monotonic() < end:
        time.sleep(0.05)


def unmount(*roots: Path) -> None:
    """Unmount everything at and below the folders, the innermost first."""
    mounts = [mount for mount in _mounts() if any(_is_below(mount, root) for root in roots)]
    for mount in sorted(mounts, key=len, reverse=True):
        # Lazily, since a process that is just ending may still stand in it.
        subprocess.run(["umount", "--lazy", mount], capture_output=True, check=False)


def _is_containerd(words: list[str], exec_root: Path) -> bool:
    return Path(words[0] if words else "").name.startswith("containerd") and any(
        _is_below(word, exec_root) for word in words
    )


def _is_below(path: str, root: Path) -> bool:
    return path == str(root) or path.startswith(f"{root}{os.sep}")


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _parent(pid: int) -> int:
    try:
        # The name before it, in brackets, may hold blanks and brackets.
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _mounts() -> list[str]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return [re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), line.split()[4]) for line in lines]
