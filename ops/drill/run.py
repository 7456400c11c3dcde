"""Runs a stack's restore drill at once: the schedule that restores the newest copy and checks it (SOP 5.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tenacity

from dokploy.client import DokployClient
from dokploy.errors import AnswerLost
from ops.errors import OpsError

NAME = "drill"
"""The schedule's name in the program."""
LONGEST_S = 1800.0
LOOKS_EVERY_S = 2.0
LOG_LINES = 50
RUNNING = "running"

_SAID = re.compile(r"^(restore drill (?:ok|failed): .*)$", re.MULTILINE)
_COPY = re.compile(r"^restore drill ok: (\S+?),")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one drill ended. `said` is its own line, scrubbed, or the end of Dokploy's log; `copy` what was restored."""

    restored: bool
    said: str
    copy: str = ""


def run(client: DokployClient, application_id: str, stack: str, tell: Callable[[str], None]) -> Outcome:
    """Start it and wait for its end, at most half an hour. Raises OpsError where it cannot be run, DokployError."""
    rows = client.query("schedule.list", id=application_id, scheduleType="application") or []
    id = next((row["scheduleId"] for row in rows if row["name"] == NAME), None)
    if id is None:
        raise OpsError(f"stack {stack} has no schedule {NAME}: make it with `make up STACK={stack}`")
    known = {record["deploymentId"] for record in _records(client, id)}
    try:
        record = client.mutate("schedule.runManually", {"scheduleId": id})
    except AnswerLost:
        # Dokploy answers at the end, which a large database makes later than any answer is waited for.
        tell("waits for the end of the drill")
        record = _followed(client, id, known)
    log = client.scrub(str(client.query("deployment.readLogs", deploymentId=record["deploymentId"], tail=LOG_LINES)))
    return outcome(record["status"] == "done", log)


def outcome(done: bool, log: str) -> Outcome:
    """Of the record and the log of a run."""
    own = _SAID.findall(log)
    said = own[-1] if own else next((line for line in reversed(log.splitlines()) if line.strip()), "there is no log")
    copy = _COPY.match(said)
    return Outcome(restored=done, said=said.strip(), copy=copy[1] if copy else "")


def _followed(client: DokployClient, id: str, known: set[str]) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        new = (record for record in _records(client, id) if record["deploymentId"] not in known)
        return next((record for record in new if record["status"] != RUNNING), None)

    look = tenacity.Retrying(
        retry=tenacity.retry_if_result(lambda found: found is None),
        wait=tenacity.wait_fixed(LOOKS_EVERY_S),
        stop=tenacity.stop_after_delay(LONGEST_S),
    )
    try:
        found = look(ended)
    except tenacity.RetryError:
        raise OpsError(
            f"the drill has not ended within {LONGEST_S / 60:.0f} minutes: look at its log in Dokploy"
        ) from None
    assert found is not None
    return found


def _records(client: DokployClient, id: str) -> list[dict[str, Any]]:
    return client.query("deployment.allByType", id=id, type="schedule") or []
