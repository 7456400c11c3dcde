"""SOP, Emergency Procedures and Compliance 1: a way back, releases by decision, and people who hear of failures."""

from __future__ import annotations

from collections.abc import Iterator

from sop.rule import rule
from sop.views.dokploy_workload import DokployWorkload
from sop.views.family import Family
from sop.views.workload import Workload


@rule(
    "change-rollback-possible",
    "An earlier release can be brought back.",
    judges=Workload,
    section="Emergency 2",
    severity="high",
    remedy="deploy images by version, or keep the built ones in a registry (rollback.registryId)",
)
def rollback_possible(workload: Workload) -> Iterator[str]:
    if isinstance(workload, DokployWorkload) and workload.image is None and not workload.keeps_images:
        yield "it is built on the server, and no registry keeps the images of earlier releases"


@rule(
    "change-failure-reverted",
    "An update that fails goes back to the release before it by itself.",
    judges=Workload,
    section="Emergency 2",
    severity="high",
    remedy="set updatePolicy.failureAction to rollback",
)
def failure_reverted(workload: Workload) -> Iterator[str]:
    update = workload.update
    if update is not None and update.failure_action != "rollback":
        yield f"a failed update ends in {update.failure_action or 'pause'!r} and not in a rollback"


@rule(
    "change-push-waits",
    "A push to the branch does not deploy production: a reviewed update does.",
    judges=Workload,
    section="Compliance 1",
    severity="high",
    remedy="turn autoDeploy off",
    production_only=True,
)
def push_waits(workload: Workload) -> Iterator[str]:
    if workload.fields.flag("autoDeploy"):
        yield "every push is deployed at once, without preview and review"


@rule(
    "change-deployment-gated",
    "An application is deployed by a Deployment, which fails unless the new release is healthy.",
    judges=Family,
    section="Compliance 1",
    severity="high",
    remedy="add a Deployment of the application, or deploy through the component Release",
)
def deployment_gated(family: Family) -> Iterator[str]:
    if family.workload.platform == "dokploy" and not family.is_deployed:
        yield "no Deployment of this stack follows its releases to their end"


@rule(
    "change-failure-notified",
    "Somebody hears of a deployment or a backup that failed.",
    judges=Family,
    section="Emergency 3",
    severity="high",
    remedy="add a Notification with the events of failed builds and of backups",
)
def failure_notified(family: Family) -> Iterator[str]:
    if family.workload.platform != "dokploy":
        return
    missing = [
        what
        for what, event in (("deployments", "appBuildError"), ("backups", "volumeBackup"))
        if not any(notification.flag(event) for notification in family.notifications)
    ]
    if missing:
        yield f"nobody is notified of failed {' and '.join(missing)}"
