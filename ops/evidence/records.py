"""The record of every update, rollback, verification and drill: when, who, which commit, what was done, with what end.

One JSON object a line, in `.pulumi-state/evidence.jsonl` or the file that EVIDENCE_FILE names (Compliance 2).
A record holds names and counts, and no value of a property or measurement: no secret can be in it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from ops.environment import STATE
from ops.errors import OpsError

FILE_VARIABLE = "EVIDENCE_FILE"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Policies(_Part):
    """What the pack said; `pack` is empty where no pack has judged."""

    pack: str = ""
    version: str = ""
    blocking: tuple[str, ...] = ()
    advising: tuple[str, ...] = ()


class _Act(_Part):
    """What was done to a stack; `commit` is that of the program. `exit_code` is that of the command, 0 is well."""

    time: str
    who: str
    commit: str
    stack: str
    exit_code: int


class Record(_Act):
    """One update. `changes` counts resources by operation; `proof` is what the deployment itself has proved."""

    kind: Literal["update"] = "update"
    result: Literal["succeeded", "failed"]
    changes: Mapping[str, int]
    policies: Policies
    exemptions: tuple[str, ...] = ()
    deployment_id: str = ""
    release: str = ""
    proof: Literal["serves", "unchanged", "none"] = "none"


class Rollback(_Act):
    """One return to an earlier release. `left` and `to` are images or commits; the releases are ids of containers."""

    kind: Literal["rollback"] = "rollback"
    result: Literal["succeeded", "failed"]
    left: str
    left_release: str
    to: str
    to_release: str
    """Empty where it did not come up."""
    deployment_id: str
    """The deployment that was returned to."""
    proof: Literal["serves", "none"]


class Verification(_Act):
    """One look from outside at what a stack serves: each check by its id, and how it ended."""

    kind: Literal["verification"] = "verification"
    result: Literal["passed", "failed", "not measured"]
    release: str
    """The one that the stack had deployed last."""
    checks: Mapping[str, Literal["ok", "failed", "not measured", "not applicable"]]


class Drill(_Act):
    """One restore of the newest backup for a test; `copy_restored` is the file, empty where none was.

    `not proved` is a run that ended well without saying that a copy was restored.
    """

    kind: Literal["drill"] = "drill"
    result: Literal["restored", "failed", "not proved"]
    copy_restored: str


Entry = Record | Rollback | Verification | Drill

_KINDS: dict[str, type[Entry]] = {"update": Record, "rollback": Rollback, "verification": Verification, "drill": Drill}


def evidence_file(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the records of the project in `root` lie."""
    return Path(environment.get(FILE_VARIABLE) or root / STATE / "evidence.jsonl")


def append(file: Path, record: Entry) -> None:
    """Add one record as one line; two at once do not mix. Raises OpsError when it cannot be written."""
    line = record.model_dump_json() + "\n"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as open_file:
            fcntl.flock(open_file, fcntl.LOCK_EX)
            open_file.write(line)
    except OSError as error:
        raise OpsError(f"the evidence cannot be written to {file}: {error.strerror}") from None


def read(file: Path) -> list[Entry]:
    """All records, oldest first; none where there is no file. Raises OpsError for a line that is no record."""
    if not file.exists():
        return []
    records: list[Entry] = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OpsError(f"{file} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(_entry(json.loads(line)))
        except (ValidationError, json.JSONDecodeError, KeyError, TypeError):
            raise OpsError(
                f"line {number} of {file} is no record of an update, a rollback, a verification or a drill"
            ) from None
    return records


def updates(entries: list[Entry]) -> list[Record]:
    return [entry for entry in entries if isinstance(entry, Record)]


def _entry(line: Any) -> Entry:
    if not isinstance(line, dict):
        raise TypeError
    # The first records had no kind: all of them were updates.
    return _KINDS[line.get("kind", "update")].model_validate(line)


def to_json(records: list[Entry]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]
