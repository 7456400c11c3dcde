"""Cron jobs: they run in the first container of their application, by hand or when their time has come."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from .agenda import Agenda
from .clock import iso, log_time
from .deployments import new_row
from .state import Row, State
from .swarm import Swarm


class Schedules:
    def __init__(self, agenda: Agenda, state: State, swarm: Swarm) -> None:
        self._agenda = agenda
        self._state = state
        self._swarm = swarm

    def plan(self, row: Row, now: float) -> None:
        """Note the next time; a bad expression or time zone is accepted and never runs."""
        moment = next_time(row, now)
        if moment is None:
            return
        wanted = _signature(row)

        def fire(due: float) -> None:
            if self._state.schedules.get(row["scheduleId"]) is row and _signature(row) == wanted:
                self.run(row, due)
                self.plan(row, due)

        self._agenda.at(moment, fire)

    def run(self, row: Row, now: float) -> dict[str, Any]:
        """One run, at once. It fails when the application has no running container."""
        name = row["appName"]
        log_path = f"/etc/dokploy/schedules/{name}/{name}-{log_time(now)}.log"
        entry = new_row(
            self._state,
            now,
            title="Schedule",
            description="Schedule",
            logPath=log_path,
            scheduleId=row["scheduleId"],
        )
        container = self._container(row)
        log = "Initializing schedule\n"
        if row["scheduleType"] != "application":
            log += "✅ Command executed successfully\n"
        elif container is None:
            log += "❌ Container not found\n"
        else:
            log += f"docker exec {container} {row['shellType']} -c {row['command']}\n"
            log += "❌ Command execution failed\n" if _fails(row) else "✅ Command executed successfully\n"
        failed = row["scheduleType"] == "application" and (container is None or _fails(row))
        entry["status"] = "error" if failed else "done"
        entry["finishedAt"] = iso(now)
        self._state.logs[entry["deploymentId"]] = log
        return {"status": entry["status"], "deploymentId": entry["deploymentId"], "logPath": log_path}

    def _container(self, row: Row) -> str | None:
        app = self._state.applications.get(row["applicationId"])
        if app is None:
            return None
        return next((t.container for _, t in self._swarm.containers(app["appName"]) if t.alive), None)


def _fails(row: Row) -> bool:
    """Nothing is executed; a command that plainly fails, as its last word, stands for every one that does."""
    return bool(re.search(r"(?:^|[\n; ])(?:false|exit [1-9]\d*)\s*$", row["command"]))


def _signature(row: Row) -> tuple[Any, ...]:
    return row["enabled"], row["cronExpression"], row["timezone"]


def next_time(row: Row, now: float) -> float | None:
    if not row["enabled"]:
        return None
    try:
        zone = ZoneInfo(row["timezone"] or "UTC")
        start = datetime.fromtimestamp(now, UTC).astimezone(zone)
        return next(CronSim(row["cronExpression"], start)).timestamp()
    except (CronSimError, ZoneInfoNotFoundError, StopIteration, ValueError):
        return None
