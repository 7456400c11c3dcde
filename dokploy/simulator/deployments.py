"""The deployment queue: one build at a time, in the order of the calls, and a row for each that began."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .agenda import Agenda
from .clock import iso, log_time
from .environment import UnknownReferenceError
from .ids import nanoid
from .release import RefusedError, build, name_taken
from .rollbacks import new_rollback
from .settings import Behaviour, Outcome, Timings
from .sources import fetch, pushed
from .state import Row, State, Table
from .swarm import Swarm

ROWS_KEPT = 10  # per application, beside the new one; older rows go with their logs


@dataclass(kw_only=True, eq=False)
class Job:
    number: int
    application_id: str
    title: str
    description: str
    kind: str  # deploy | redeploy
    queued: float
    began: float | None = None

    def as_listed(self, state: State) -> dict[str, Any]:
        """As deployment.queueList shows it."""
        app = state.applications.get(self.application_id)
        entry: dict[str, Any] = {
            "id": f"job-{self.number}",
            "name": "deployments",
            "data": {
                "applicationId": self.application_id,
                "titleLog": self.title,
                "descriptionLog": self.description,
                "type": self.kind,
                "applicationType": "application",
                "server": False,
            },
            "timestamp": int(self.queued * 1000),
        }
        if self.began is not None:
            entry["processedOn"] = int(self.began * 1000)
        entry["state"] = "waiting" if self.began is None else "active"
        if app is None:
            entry["servicePath"] = {"href": None, "label": "—"}
        else:
            project = state.project_of(app)["projectId"]
            path = f"/dashboard/project/{project}/environment/{app['environmentId']}"
            href = f"{path}/services/application/{self.application_id}"
            entry["servicePath"] = {"href": href, "label": "Application"}
        return entry


def new_row(state: State, moment: float, **values: Any) -> Row:
    row = {
        "deploymentId": nanoid(),
        "title": "Manual deployment",
        "description": "",
        "status": "running",
        "logPath": "",
        "pid": None,
        "applicationId": None,
        "composeId": None,
        "serverId": None,
        "isPreviewDeployment": False,
        "previewDeploymentId": None,
        "createdAt": iso(moment),
        "startedAt": iso(moment),
        "finishedAt": None,
        "errorMessage": None,
        "scheduleId": None,
        "backupId": None,
        "rollbackId": None,
        "volumeBackupId": None,
        "buildServerId": None,
        **values,
    }
    state.deployments[row["deploymentId"]] = row
    return row


@dataclass(kw_only=True)
class Queue:
    agenda: Agenda
    state: State
    swarm: Swarm
    timings: Timings
    behaviours: list[Behaviour] = field(default_factory=list)
    waiting: list[Job] = field(default_factory=list)
    active: Job | None = None
    _count: int = 0

    def add(self, application_id: str, kind: str, title: str, description: str, now: float) -> None:
        self._count += 1
        job = Job(
            number=self._count,
            application_id=application_id,
            title=title,
            description=description,
            kind=kind,
            queued=now,
        )
        self.waiting.append(job)
        self._next(now)

    def drop_waiting(self, application_id: str) -> None:
        self.waiting = [job for job in self.waiting if job.application_id != application_id]

    def restart(self, now: float) -> None:
        """What is left of the queue after a restart of Dokploy: nothing; running rows become cancelled."""
        self.waiting, self.active = [], None
        for row in self.state.deployments.values():
            if row["status"] == "running":
                row["status"] = "cancelled"
                app = self.state.applications.get(row["applicationId"])
                if app is not None:
                    app["applicationStatus"] = "idle"

    def outcome_of(self, name: str) -> Outcome:
        """The newest behaviour asked for that fits the application's name."""
        for wanted in reversed(self.behaviours):
            if wanted.match is None or wanted.match in name:
                return wanted.outcome
        return "healthy"

    def _next(self, now: float) -> None:
        if self.active is not None or not self.waiting:
            return
        job = self.active = self.waiting.pop(0)
        job.began = now
        app = self.state.applications.get(job.application_id)
        if app is None:
            self.active = None
            self._next(now)
            return
        app["applicationStatus"] = "running"
        self._prune(app["applicationId"])
        name = app["appName"]
        row = new_row(
            self.state,
            now,
            title=job.title,
            description=job.description,
            applicationId=app["applicationId"],
            logPath=f"/etc/dokploy/logs/{name}/{name}-{log_time(now)}.log",
        )
        self.state.logs[row["deploymentId"]] = "Initializing deployment\n"
        if app["rollbackActive"] and app["rollbackRegistryId"]:
            row["rollbackId"] = new_rollback(self.state, app, row, now)["rollbackId"]
        snapshot, context = dict(app), self._context(app)
        self.agenda.at(now + self.timings.build_s, lambda end: self._finish(job, row, snapshot, context, end))

    def _context(self, app: Row) -> State:
        """The rows that the release is made of, as they were when the build began."""
        environment = self.state.environments[app["environmentId"]]
        project = self.state.projects[environment["projectId"]]
        return State(
            environments={environment["environmentId"]: dict(environment)},
            projects={project["projectId"]: dict(project)},
            mounts=self._own(self.state.mounts, app),
            ports=self._own(self.state.ports, app),
        )

    def _own(self, table: Table, app: Row) -> Table:
        rows = self.state.of(table, "applicationId", app["applicationId"])
        return {str(number): dict(row) for number, row in enumerate(rows)}

    def _finish(self, job: Job, row: Row, app: Row, context: State, end: float) -> None:
        if self.active is not job:
            return  # lost in a restart
        log, failed = self._build(row, app, context, end)
        if failed:
            log += "Error occurred ❌, check the logs for details.\n"
        self.state.logs[row["deploymentId"]] += log
        row["status"] = "error" if failed else "done"
        row["finishedAt"] = iso(end)
        current = self.state.applications.get(app["applicationId"])
        if current is not None:
            current["applicationStatus"] = row["status"]
        if self.timings.receiver_s and self._is_told(row["status"]):
            # The row says how it ended; the job is over only when the receivers have answered.
            self.agenda.at(end + self.timings.receiver_s, lambda moment: self._over(job, moment))
        else:
            self._over(job, end)

    def _over(self, job: Job, moment: float) -> None:
        if self.active is job:
            self.active = None
            self._next(moment)

    def _is_told(self, status: str) -> bool:
        """Whether a notification goes out when a deployment ends so."""
        flag = "appDeploy" if status == "done" else "appBuildError"
        return any(row[flag] for row in self.state.notifications.values())

    def _build(self, row: Row, app: Row, context: State, end: float) -> tuple[str, bool]:
        outcome = self.outcome_of(app["name"])
        log, image = fetch(row, app, outcome)
        if image is None:
            return log, True
        rollback = self.state.rollbacks.get(row["rollbackId"])
        if rollback is not None:
            log += pushed(image, rollback)
        try:
            if self.swarm.mode_differs(app["appName"], app["modeSwarm"]):
                raise RefusedError(name_taken(app["appName"]))
            release = build(context, app, outcome, image)
        except (RefusedError, UnknownReferenceError) as refusal:
            return f"{log}{refusal}\n", True
        self.swarm.apply(app["appName"], release, end)
        return log, False

    def _prune(self, application_id: str) -> None:
        rows = self.state.of(self.state.deployments, "applicationId", application_id)
        for old in rows[:-ROWS_KEPT]:
            del self.state.deployments[old["deploymentId"]]
            self.state.logs.pop(old["deploymentId"], None)
