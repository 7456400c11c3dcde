"""Runs a stack's restore drill at once: the schedule that restores the newest copy and checks it (SOP 5.3)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import tenacity

from dokploy.client import DokployClient
from dokploy.errors import AnswerLost
from ops.errors import OpsError
from ops.schedules import DONE, runs_of, schedule_named

NAME = "drill"
"""The schedule's name in the program."""
LONGEST_S = 1800.0
LOOKS_EVERY_S = 2.0
LOG_LINES = 50
RUNNING = "running"
SAYS = "restore drill ok: ..."
"""How the script's last line begins where a copy was restored (components/scripts/drill.sh)."""

Result = Literal["restored", "failed", "not proved"]

_SAID = re.compile(r"^(restore drill (?:ok|failed): .*)$", re.MULTILINE)
_COPY = re.compile(r"^restore drill ok: (.+?), +\d+ bytes\b")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How one drill ended. `said` is one line for people, scrubbed; `copy` what was restored.

    Only the script's own line proves a restore: Dokploy calls a run done whatever its command was.
    """

    result: Result
    said: str
    copy: str = ""


def run(client: DokployClient, application_id: str, stack: str, tell: Callable[[str], None]) -> Outcome:
    """Start it and wait for its end, at most half an hour. Raises OpsError where it cannot be run, DokployError."""
    found = schedule_named(client.query, application_id, NAME)
    if found is None:
        raise OpsError(f"stack {stack} has no schedule {NAME}: make it with `make up STACK={stack}`")
    id = found["scheduleId"]
    known = {record["deploymentId"] for record in runs_of(client.query, id)}
    try:
        record = client.mutate("schedule.runManually", {"scheduleId": id})
    except AnswerLost:
        # Dokploy answers at the end, which a large database makes later than any answer is waited for.
        tell("waits for the end of the drill")
        record = _followed(client, id, known)
    log = client.scrub(str(client.query("deployment.readLogs", deploymentId=record["deploymentId"], tail=LOG_LINES)))
    return outcome(record["status"] == DONE, log, stack)


def outcome(done: bool, log: str, stack: str) -> Outcome:
    """Of the record and the log of a run."""
    own = _SAID.findall(log)
    copy = _COPY.match(own[-1]) if done and own else None
    if copy:
        return Outcome(result="restored", said=own[-1].strip(), copy=copy[1])
    if done and not own:
        said = (
            f"it cannot be told whether a copy was restored: Dokploy calls the run of the schedule {NAME} done, but "
            f"its log has no line `{SAYS}`; `make preview STACK={stack}` shows whether its command is the program's"
        )
        return Outcome(result="not proved", said=said)
    last = next((line for line in reversed(log.splitlines()) if line.strip()), "there is no log")
    return Outcome(result="failed", said=(own[-1] if own else last).strip())


def _followed(client: DokployClient, id: str, known: set[str]) -> dict[str, Any]:
    def ended() -> dict[str, Any] | None:
        new = (record for record in runs_of(client.query, id) if record["deploymentId"] not in known)
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
