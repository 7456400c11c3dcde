"""The record of every update: when, who, which commit, what changed, what the rules said, what came of it.

One JSON object a line, in `.pulumi-state/evidence.jsonl` or the file that EVIDENCE_FILE names (Compliance 2).
A record holds names and counts, and no value of a property: no secret can be in it.
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


class Record(_Part):
    """One update. `changes` counts resources by operation; `proof` is what the deployment itself has proved."""

    time: str
    who: str
    commit: str
    stack: str
    result: Literal["succeeded", "failed"]
    exit_code: int
    changes: Mapping[str, int]
    policies: Policies
    exemptions: tuple[str, ...] = ()
    deployment_id: str = ""
    release: str = ""
    proof: Literal["serves", "unchanged", "none"] = "none"


def evidence_file(root: Path, environment: Mapping[str, str] = os.environ) -> Path:
    """Where the records of the project in `root` lie."""
    return Path(environment.get(FILE_VARIABLE) or root / STATE / "evidence.jsonl")


def append(file: Path, record: Record) -> None:
    """Add one record as one line; two updates at once do not mix. Raises OpsError when it cannot be written."""
    line = record.model_dump_json() + "\n"
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as open_file:
            fcntl.flock(open_file, fcntl.LOCK_EX)
            open_file.write(line)
    except OSError as error:
        raise OpsError(f"the evidence cannot be written to {file}: {error.strerror}") from None


def read(file: Path) -> list[Record]:
    """All records, oldest first; none where there is no file. Raises OpsError for a line that is no record."""
    if not file.exists():
        return []
    records = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OpsError(f"{file} cannot be read: {error}") from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(Record.model_validate(json.loads(line)))
        except (ValidationError, json.JSONDecodeError):
            raise OpsError(f"line {number} of {file} is no record of an update") from None
    return records


def to_json(records: list[Record]) -> list[dict[str, Any]]:
    return [record.model_dump(mode="json") for record in records]
