"""The recorded exchanges, and what the replay has to know about some of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer. `id` is run:line; each run of the recorder had a server of its own."""

    id: str
    method: str
    path: str
    query: Any
    body: Any
    status: int
    response: Any
    note: str

    @property
    def run(self) -> str:
        return self.id.partition(":")[0]

    @property
    def procedure(self) -> str:
        return self.path.removeprefix("/api/")


def _lines(name: str) -> list[Any]:
    return [json.loads(line) for line in (HERE / name).read_text().splitlines()]


def exchanges() -> list[Exchange]:
    return [Exchange(**line) for line in _lines("recordings.jsonl")]


def counts() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((HERE / "counts.json").read_text())
    return loaded


def environments() -> list[dict[str, Any]]:
    """Texts of `env` with the entries that reached the container; null where the deployment failed."""
    return _lines("environments.jsonl")


def exceptions() -> dict[str, str]:
    """Exchanges that are not compared, each with the reason."""
    return {line["id"]: line["reason"] for line in _lines("exceptions.jsonl")}


def unsent() -> frozenset[str]:
    """Exchanges that would do something else to the simulator than they did to the recorded server."""
    return frozenset(line["id"] for line in _lines("exceptions.jsonl") if not line.get("send", True))


def stage() -> dict[str, list[list[Any]]]:
    """What happens on the simulated server before an exchange, beyond the recorded calls."""
    return {line["id"]: line["steps"] for line in _lines("stage.jsonl")}
