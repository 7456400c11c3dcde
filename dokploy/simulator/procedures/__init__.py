"""The procedures that the simulator serves, one file per router (application and settings have two)."""

from __future__ import annotations

from collections.abc import Mapping

from ..procedure import Procedure, Router
from . import (
    application,
    application_runs,
    deployment,
    destination,
    docker,
    domain,
    environment,
    mounts,
    notification,
    organization,
    port,
    project,
    redirects,
    registry,
    rollback,
    schedule,
    security,
    settings,
    ssh_key,
    tag,
    traefik_files,
    user,
    volume_backups,
)

_MODULES = (
    application,
    application_runs,
    deployment,
    destination,
    docker,
    domain,
    environment,
    mounts,
    notification,
    organization,
    port,
    project,
    redirects,
    registry,
    rollback,
    schedule,
    security,
    settings,
    ssh_key,
    tag,
    traefik_files,
    user,
    volume_backups,
)
_ROUTERS: tuple[Router, ...] = tuple(module.ROUTER for module in _MODULES)

# Names are looked up in lower case: Dokploy's paths are not case-sensitive.
PROCEDURES: Mapping[str, Procedure] = {
    procedure.name.lower(): procedure for router in _ROUTERS for procedure in router.procedures
}
