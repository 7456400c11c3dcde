"""The procedures that the simulator serves, one file per router."""

from __future__ import annotations

from collections.abc import Mapping

from ..procedure import Procedure, Router
from . import (
    application,
    application_runs,
    deployment,
    docker,
    domain,
    environment,
    mounts,
    organization,
    project,
    schedule,
    settings,
    user,
)

_ROUTERS: tuple[Router, ...] = (
    application.ROUTER,
    application_runs.ROUTER,
    deployment.ROUTER,
    docker.ROUTER,
    domain.ROUTER,
    environment.ROUTER,
    mounts.ROUTER,
    organization.ROUTER,
    project.ROUTER,
    schedule.ROUTER,
    settings.ROUTER,
    user.ROUTER,
)

# Names are looked up in lower case: Dokploy's paths are not case-sensitive.
PROCEDURES: Mapping[str, Procedure] = {
    procedure.name.lower(): procedure for router in _ROUTERS for procedure in router.procedures
}
