"""The procedures that the simulator serves, one file per router (application and settings have two each)."""

from __future__ import annotations

from collections.abc import Mapping

from ..procedure import Procedure, Router
from . import (
    application,
    application_runs,
    backup,
    deployment,
    destination,
    docker,
    docker_volume,
    domain,
    environment,
    git_providers,
    mounts,
    notification,
    organization,
    port,
    postgres,
    project,
    redirects,
    redis,
    registry,
    rollback,
    schedule,
    security,
    server,
    settings,
    ssh_key,
    swarm,
    tag,
    traefik_files,
    user,
    volume_backups,
)

_MODULES = (
    application,
    application_runs,
    backup,
    deployment,
    destination,
    docker,
    docker_volume,
    domain,
    environment,
    git_providers,
    mounts,
    notification,
    organization,
    port,
    postgres,
    project,
    redirects,
    redis,
    registry,
    rollback,
    schedule,
    security,
    server,
    settings,
    ssh_key,
    swarm,
    tag,
    traefik_files,
    user,
    volume_backups,
)
_ROUTERS: tuple[Router, ...] = (git_providers.GITHUB, *(module.ROUTER for module in _MODULES))

# Names are looked up in lower case: Dokploy's paths are not case-sensitive.
PROCEDURES: Mapping[str, Procedure] = {
    procedure.name.lower(): procedure for router in _ROUTERS for procedure in router.procedures
}
