"""Take from full recordings of a real Dokploy what the contract test needs.

    python -m tests.contract.extract FIRST.jsonl SECOND.jsonl

Writes `recordings.jsonl` (the exchanges whose endpoint the simulator serves, in recorded order),
`environments.jsonl` (which variables reached a container) and `counts.json` (how many exchanges were recorded in
all, and how often each endpoint that is not served). Run it again when the simulator has learned a further router.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from dokploy.simulator.procedures import PROCEDURES

HERE = Path(__file__).parent
TRANSPORT = ("/api/health", "/api/nonexistent.proc", "/api/project/create")
SECRETS = ("start", "key", "refreshToken")
KEPT = ("method", "path", "query", "body", "status", "response", "note")


def served(exchange: dict[str, Any]) -> bool:
    if exchange["method"] not in ("GET", "POST", "PUT", "DELETE", "PATCH"):
        return False
    name = exchange["path"].removeprefix("/api/").lower()
    return exchange["status"] is not None and (name in PROCEDURES or exchange["path"] in TRANSPORT)


def measured_environment(exchange: dict[str, Any]) -> list[str]:
    """A text that was kept as `env`, and the entries that reached the container of the deployed application."""
    answer = exchange["response"]
    if exchange["method"] != "NOTE" or not isinstance(answer, dict) or "service_env" not in answer:
        return []
    text, entries = exchange["body"]["env"], answer["service_env"]
    if isinstance(entries, str):  # only counted, for its size
        return []
    return [json.dumps({"note": exchange["note"], "env": text, "entries": entries}, ensure_ascii=False)]


def redacted(value: Any, key: str = "") -> Any:
    """The recorded server is gone and its secrets were made up; still none of them is kept."""
    if isinstance(value, dict):
        return {name: redacted(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [redacted(item, key) for item in value]
    return "<REDACTED>" if key in SECRETS and value else value


def main(files: list[str]) -> None:
    lines: list[str] = []
    environments: list[str] = []
    others: Counter[str] = Counter()
    total = 0
    for number, file in enumerate(files, start=1):
        for line, text in enumerate(Path(file).read_text().splitlines()):
            exchange = json.loads(text)
            total += 1
            environments += measured_environment(exchange)
            if served(exchange):
                kept = {"id": f"{number}:{line}", **{name: redacted(exchange[name]) for name in KEPT}}
                lines.append(json.dumps(kept, ensure_ascii=False, separators=(",", ":")))
            else:
                others[f"{exchange['method']} {exchange['path']}"] += 1
    (HERE / "environments.jsonl").write_text("".join(f"{line}\n" for line in environments))
    (HERE / "recordings.jsonl").write_text("".join(f"{line}\n" for line in lines))
    counts = {"recorded": total, "served": len(lines), "not_served": dict(sorted(others.items()))}
    (HERE / "counts.json").write_text(json.dumps(counts, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
