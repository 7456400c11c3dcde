"""What one run of Pulumi's CLI did: its exit code, what it printed, its steps, and the calls that reached Dokploy."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from dokploy.simulator.server import CallRecord

POLLED = {
    "deployment.all",
    "deployment.queueList",
    "docker.getConfig",
    "docker.getContainersByAppLabel",
    "docker.getServiceContainersByAppName",
}
"""What a deployment is followed with."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`text` is what a person at the terminal sees; `event_log` is the engine's own record of the run."""

    code: int
    text: str
    event_log: Path
    calls: Sequence[CallRecord]

    def succeeded(self) -> Outcome:
        """This outcome; the assertion shows what was printed where the run failed."""
        assert self.code == 0, self.text
        return self

    def failed(self) -> Outcome:
        assert self.code != 0, self.text
        return self

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.event_log.read_text().splitlines()]

    @property
    def steps(self) -> dict[str, list[str]]:
        """What was done to each resource by name, in order, such as `{"web": ["update"]}`; what stayed is left out.

        A step of a refresh that changed something is `update` or `delete`.
        """
        found: dict[str, list[str]] = {}
        for metadata in self._finished():
            if metadata["op"] in ("same", "refresh", "read") or metadata["type"].startswith("pulumi:"):
                continue
            found.setdefault(_name(metadata), []).append(metadata["op"])
        return found

    @property
    def order(self) -> list[tuple[str, str]]:
        """(operation, name) of every step that changed something, in the order in which they ended."""
        return [
            (metadata["op"], _name(metadata))
            for metadata in self._finished()
            if metadata["op"] not in ("same", "refresh", "read") and not metadata["type"].startswith("pulumi:")
        ]

    @property
    def differences(self) -> dict[str, dict[str, str]]:
        """By name of the resource: the paths that differ and how, such as `{"web": {"memoryLimit": "update"}}`."""
        found: dict[str, dict[str, str]] = {}
        for metadata in self._finished():
            for path, difference in (metadata.get("detailedDiff") or {}).items():
                found.setdefault(_name(metadata), {})[path] = difference["diffKind"]
        return found

    @property
    def procedures(self) -> Counter[str]:
        """How often each procedure of Dokploy was called."""
        return Counter(call.procedure for call in self.calls)

    @property
    def writes(self) -> list[str]:
        """The mutations in their order."""
        return [call.procedure for call in self.calls if call.method == "POST"]

    def error(self) -> str:
        """The one line that says what went wrong; fails where there are several, or a traceback."""
        assert "Traceback" not in self.text, self.text
        lines = [line.strip() for line in self.text.splitlines()]
        errors = {line for line in lines if line.startswith("error: ")} - {"error: update failed"}
        assert len(errors) == 1, self.text
        return errors.pop().removeprefix("error: ")

    def _finished(self) -> list[dict[str, Any]]:
        return [event["resOutputsEvent"]["metadata"] for event in self.events if "resOutputsEvent" in event]


def _name(metadata: dict[str, Any]) -> str:
    return str(metadata["urn"]).rsplit("::", 1)[1]
