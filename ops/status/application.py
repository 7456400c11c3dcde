"""Reads an application of Dokploy: what its containers do, and what became of deployments and schedules."""

from __future__ import annotations

from typing import Any

from dokploy.client import DokployClient
from dokploy.release import RELEASE_KEY
from ops.schedules import DONE, ENDED, newest_first, runs_of, schedules_of
from ops.status.values import Application, Container, Deployment, Kind, Schedule, Task
from ops.verify.ages import age_s

DEPLOYMENTS_SHOWN = 5
TYPES: dict[Kind, str] = {"schedule": "schedule", "volume backup": "volumeBackup"}
"""Of Dokploy's records."""


def read_application(client: DokployClient, application_id: str) -> Application:
    """Ask Dokploy; only reads. Raises DokployError."""
    row = client.query("application.one", applicationId=application_id)
    name = row["appName"]
    return Application(
        replicas=int(row["replicas"]),
        tasks=[
            Task(
                name=task["name"],
                wanted=task["state"],
                state=task["currentState"],
                error=client.scrub(str(task["error"]).strip('"')),
            )
            for task in client.query("docker.getServiceContainersByAppName", appName=name) or []
        ],
        containers=_containers(client, name),
        deployments=[
            Deployment(
                id=record["deploymentId"],
                title=client.scrub(record["title"]),
                status=record["status"],
                at=record["createdAt"],
                age_s=age_s(record["createdAt"]),
            )
            for record in newest_first(client.query("deployment.all", applicationId=application_id))
        ][:DEPLOYMENTS_SHOWN],
        schedules=_schedules(client, application_id),
    )


def _containers(client: DokployClient, app_name: str) -> list[Container]:
    found = []
    for row in client.query("docker.getContainersByAppLabel", appName=app_name, type="swarm") or []:
        inspected = client.query("docker.getConfig", containerId=row["containerId"])
        # An id that is gone meanwhile is answered with an empty body.
        if not inspected:
            continue
        carried = (variable.partition("=") for variable in inspected["Config"].get("Env") or [])
        found.append(
            Container(
                name=row["name"],
                state=inspected["State"]["Status"],
                health=(inspected["State"].get("Health") or {}).get("Status"),
                release=next((value for key, _, value in carried if key == RELEASE_KEY), ""),
            )
        )
    return found


def _schedules(client: DokployClient, application_id: str) -> list[Schedule]:
    copies = client.query("volumeBackups.list", id=application_id, volumeBackupType="application") or []
    found = [
        *(_schedule(client, row, "schedule", row["scheduleId"]) for row in schedules_of(client.query, application_id)),
        *(_schedule(client, row, "volume backup", row["volumeBackupId"]) for row in copies),
    ]
    return sorted(found, key=lambda schedule: schedule.name)


def _schedule(client: DokployClient, row: dict[str, Any], kind: Kind, id: str) -> Schedule:
    ended = [run for run in runs_of(client.query, id, TYPES[kind]) if run["status"] in ENDED]
    done = [run for run in ended if run["status"] == DONE]
    return Schedule(
        name=row["name"],
        kind=kind,
        cron=row["cronExpression"],
        is_enabled=bool(row["enabled"]),
        last_status=ended[0]["status"] if ended else None,
        last_age_s=age_s(ended[0]["createdAt"]) if ended else None,
        success_age_s=age_s(done[0]["createdAt"]) if done else None,
    )
