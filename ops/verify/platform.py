"""What Dokploy measures of the application: the memory of its containers, and the storage check's last run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from dokploy.client import DokployClient
from dokploy.errors import DokployError
from ops.schedules import DONE, ENDED, Row, runs_of, schedule_named
from ops.verify.ages import age_s
from ops.verify.finding import NotMeasuredError

STORAGE_SCHEDULE = "storage"
"""The schedule that fails above the threshold (docs/configuration.md, `storageCheck`)."""

_SIZE = re.compile(r"([\d.]+)\s*([kKMGT]?)(i?)B")
_SAID = re.compile(r"^storage (?:ok|check failed): (.+)$", re.MULTILINE)
"""The check's own lines in a log that holds its command, too."""
LOG_LINES = 20


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes of the container that uses most; `limit` is what it may use."""

    used: int
    limit: int

    @property
    def percent(self) -> float:
        return self.used * 100 / self.limit


@dataclass(frozen=True, kw_only=True)
class Storage:
    """The last run of the storage check: whether it held, what it said, and its age."""

    held: bool
    said: str
    age_s: float


class Application:
    """One application of a Dokploy server. Everything raises NotMeasuredError."""

    def __init__(self, client: DokployClient | None, application_id: str, missing: str = "") -> None:
        self._client = client
        self._id = application_id
        self._missing = missing

    def close(self) -> None:
        if self._client is not None:
            self._client.close()

    def memory(self) -> Memory:
        """`swarm.getContainerStats`, held to the application's limit."""
        row = self._query("application.one", applicationId=self._id)
        prefix = f"{row['appName']}."
        used = [
            (_bytes(stats["MemUsage"].partition("/")[0]), _bytes(stats["MemUsage"].partition("/")[2]))
            for stats in self._query("swarm.getContainerStats") or []
            if stats["Name"].startswith(prefix)
        ]
        if not used:
            raise NotMeasuredError("Dokploy counts no container of the application")
        most, allowed = max(used)
        return Memory(used=most, limit=int(row["memoryLimit"] or 0) or allowed)

    def storage(self) -> Storage:
        """The log of the storage check's last run. One that has not had its hour yet is run: it only looks."""
        found = schedule_named(self._query, self._id, STORAGE_SCHEDULE)
        if found is None:
            raise NotMeasuredError(f"there is no schedule {STORAGE_SCHEDULE}")
        last = self._last_ended(found["scheduleId"])
        if last is None:
            self._run(found["scheduleId"])
            last = self._last_ended(found["scheduleId"])
        if last is None:
            raise NotMeasuredError(f"the schedule {STORAGE_SCHEDULE} ({found['cronExpression']}) has not run yet")
        log = str(self._query("deployment.readLogs", deploymentId=last["deploymentId"], tail=LOG_LINES) or "")
        said, held = "; ".join(_SAID.findall(log)), last["status"] == DONE
        if not held and not said:
            raise NotMeasuredError(f"the last run of the schedule {STORAGE_SCHEDULE} failed: see its log in Dokploy")
        return Storage(held=held, said=said, age_s=age_s(str(last["createdAt"])))

    def _last_ended(self, schedule_id: str) -> Row | None:
        return next((run for run in runs_of(self._query, schedule_id) if run["status"] in ENDED), None)

    def _run(self, schedule_id: str) -> None:
        try:
            self._connected().mutate("schedule.runManually", {"scheduleId": schedule_id})
        except DokployError as error:
            raise NotMeasuredError(f"the schedule {STORAGE_SCHEDULE} cannot be run: {error}") from None

    def _query(self, procedure: str, **params: str | int) -> Any:
        try:
            return self._connected().query(procedure, **params)
        except DokployError as error:
            raise NotMeasuredError(str(error)) from None

    def _connected(self) -> DokployClient:
        if self._client is None:
            raise NotMeasuredError(self._missing)
        return self._client


def _bytes(text: str) -> int:
    """Of Docker's `1.5GiB` or `500kB`; 0 for anything else."""
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        return 0
    unit = 1024 if found[3] else 1000
    return int(float(found[1]) * unit ** " KMGT".index(found[2].upper() or " "))
