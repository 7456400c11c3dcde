"""When something was done to a stack, by whom, and from which commit; and the keeping of its record."""

from __future__ import annotations

import getpass
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from ops.errors import OpsError
from ops.evidence.records import Entry, append, evidence_file
from ops.progress import Progress
from ops.verdict.commit import commit


def act(root: Path, stack: str, environment: Mapping[str, str]) -> dict[str, str]:
    """What every record begins with."""
    return {
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "who": _who(root, environment),
        "commit": commit(root, environment),
        "stack": stack,
    }


def keep(root: Path, environment: Mapping[str, str], entry: Entry, progress: Progress) -> None:
    """Add the record. One that cannot be written is told: what was done is done, and has a result of its own."""
    file = evidence_file(root, environment)
    try:
        append(file, entry)
    except OpsError as error:
        progress.note(str(error))
    else:
        progress.note(f"evidence of this {entry.kind}: {file}")


def _who(root: Path, environment: Mapping[str, str]) -> str:
    if actor := environment.get("GITHUB_ACTOR"):
        return actor
    try:
        said = subprocess.run(
            ["git", "config", "user.name"], cwd=root, capture_output=True, text=True, check=False
        ).stdout.strip()
    except OSError:
        said = ""
    return said or getpass.getuser()
