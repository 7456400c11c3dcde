"""One example of every resource: what is cut off while it is made, and how its objects are counted."""

from __future__ import annotations

from dataclasses import dataclass

from dokploy.simulator import Simulator
from tests.dokploy.resources import cases, child_cases, database_cases, notification_cases, organization_cases
from tests.dokploy.resources.case import Case


@dataclass(frozen=True, kw_only=True)
class DeploymentCase(Case):
    """A deployment is known by its application; what may be doubled are Dokploy's records of it."""

    def made(self, simulator: Simulator) -> list[str]:
        return [row["applicationId"] for row in simulator.state.deployments.values()]

    def drop(self, simulator: Simulator, id: str) -> None:
        simulator.state.deployments.clear()


DEPLOYMENT = DeploymentCase(
    kind="Deployment",
    table="deployments",
    create="application.deploy",
    parent="applicationId",
    valid={"stableSeconds": 0},
)

TABLE: tuple[Case, ...] = (
    cases.PROJECT,
    cases.ENVIRONMENT,
    cases.APPLICATION,
    cases.MOUNT,
    child_cases.PORT,
    cases.DOMAIN,
    child_cases.REDIRECT,
    child_cases.BASIC_AUTH,
    organization_cases.MIDDLEWARE,
    cases.SCHEDULE,
    child_cases.VOLUME_BACKUP,
    DEPLOYMENT,
    organization_cases.REGISTRY,
    organization_cases.DESTINATION,
    organization_cases.SSH_KEY,
    organization_cases.TAG,
    notification_cases.CASES[0],
    database_cases.REDIS,
    database_cases.POSTGRES,
)


def made(case: Case, simulator: Simulator) -> list[str]:
    """The ids of all objects of this kind that the server holds, without those that only serve others."""
    return case.made(simulator) if isinstance(case, DeploymentCase) else list(case.rows(simulator))
