"""Takes up a stack that a killed run of Pulumi left behind: its lock, and its pending creates.

Pulumi keeps the lock of a run that was killed, and refuses every later one. It also keeps what that run was creating
as pending for ever, warns of it at each `up` and asks about it at each `refresh`, although the provider has found and
adopted the objects since. Both are cleared here, each only where that is certain.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from ops.errors import OpsError

Say = Callable[[str], None]


def take_up(root: Path, stack: str, cli: Path, environment: Mapping[str, str], say: Say) -> None:
    """Make the stack usable again after a run that was killed; says what it did. For state in files only.

    A lock is removed when the process that made it ran on this machine and is gone. Pending creates are forgotten
    when the state holds all of what they were to make. Anything else is left to people (docs/runbook.md).
    """
    state = _folder(environment.get("PULUMI_BACKEND_URL", ""))
    if state is None:
        return
    project = str(yaml.safe_load((root / "Pulumi.yaml").read_text())["name"])
    locks = state / ".pulumi" / "locks" / "organization" / project / stack
    for lock in sorted(locks.glob("*.json")):
        if (owner := _gone(lock)) is not None:
            lock.unlink(missing_ok=True)
            say(f"an earlier run (process {owner}) was killed and left stack {stack} locked: going on from there")
    checkpoint = state / ".pulumi" / "stacks" / project / f"{stack}.json"
    done = _settled(checkpoint)
    if done and not any(locks.glob("*.json")):
        _forget_pending(root, stack, cli, environment)
        say(f"forgot what a killed run was creating in stack {stack}, since it is all there now: {', '.join(done)}")


def _folder(url: str) -> Path | None:
    """The folder of a file backend; None for another one."""
    parts = urlsplit(url)
    return Path(parts.netloc + parts.path).expanduser() if parts.scheme == "file" else None


def _gone(lock: Path) -> int | None:
    """The process that made the lock, if it ran here and runs no more."""
    try:
        made_by = json.loads(lock.read_text())
        pid, host = int(made_by["pid"]), made_by["hostname"]
    except (OSError, ValueError, KeyError, TypeError):
        # Taken away meanwhile, or no lock as this Pulumi writes it: Pulumi itself will say.
        return None
    return pid if host == socket.gethostname() and not _runs(pid) else None


def _runs(pid: int) -> bool:
    """Whether this process runs and may be Pulumi: after a restart of the machine its number may be another's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        name, _, rest = Path(f"/proc/{pid}/stat").read_text().partition("(")[2].rpartition(")")
    except OSError:
        return True
    return name.startswith("pulumi") and rest.split()[0] != "Z"


def _settled(checkpoint: Path) -> list[str]:
    """The names of the pending creates, where the state holds all that they were to make; else none."""
    try:
        latest: dict[str, Any] = json.loads(checkpoint.read_text())["checkpoint"]["latest"] or {}
    except (OSError, ValueError, KeyError):
        return []
    living = {
        resource["urn"]
        for resource in latest.get("resources") or []
        if resource.get("id") and not resource.get("delete") and not resource.get("pendingReplacement")
    }
    pending = {(each["type"], each["resource"]["urn"]) for each in latest.get("pending_operations") or []}
    done = all(kind == "creating" and urn in living for kind, urn in pending)
    return sorted(urn.rsplit("::", 1)[-1] for _, urn in pending) if done else []


def _forget_pending(root: Path, stack: str, cli: Path, environment: Mapping[str, str]) -> None:
    """Importing a state drops what is pending in it."""

    def pulumi(*words: str, given: str | None = None) -> str:
        ended = subprocess.run(
            [str(cli), "stack", *words, "--stack", stack, "--non-interactive"],
            cwd=root,
            env={**os.environ, **environment},
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            reason = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-1:]
            raise OpsError(f"pulumi stack {words[0]} failed: {''.join(reason)}")
        return ended.stdout

    pulumi("import", given=pulumi("export"))
