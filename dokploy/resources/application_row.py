"""An application as Dokploy's row: human units to raw ones, blocks to columns, and back."""

from __future__ import annotations

from dokploy import dotenv, limits, marker, units
from dokploy.release import RELEASE_KEY
from dokploy.resources.application_build import DEFAULT, build_columns, build_of
from dokploy.resources.application_inputs import ApplicationInputs
from dokploy.resources.application_previews import (
    COLUMNS,
    preview_columns,
    previews_of,
    rollback_columns,
    rollback_of,
)
from dokploy.resources.application_sources import source_columns, source_of
from dokploy.resources.application_swarm import (
    HealthCheck,
    RestartPolicy,
    Ulimit,
    UpdatePolicy,
    from_json,
    placement_from_json,
    placement_to_json,
    to_json,
)
from dokploy.rows import Row

WITHOUT_DEPLOYMENT = {"name", "description", "autoDeploy", "environmentId", "watchPaths", *COLUMNS}
"""Columns that take effect without a new deployment."""


def columns(inputs: ApplicationInputs, mark: marker.Marker) -> Row:
    """The row that `application.update` is to make of these inputs, env apart (it holds the release as well).

    Columns that are not asked for are null, which clears them; left out are those where null does harm.
    """
    name, source = inputs.source
    is_built = inputs.image is None or inputs.build is not None
    return {
        "name": inputs.name,
        "description": mark.on(inputs.description),
        "environmentId": inputs.environment_id,
        **source_columns(source, name),
        **(build_columns(inputs.build or DEFAULT) if is_built else {}),
        "watchPaths": inputs.watch_paths or None,
        "buildArgs": _text(inputs.build_args),
        "buildSecrets": _text(inputs.build_secrets),
        "createEnvFile": inputs.create_env_file,
        "command": " ".join(inputs.command) or None,
        "args": inputs.args or None,
        "memoryLimit": limits.raw(inputs.memory_limit, units.memory_bytes),
        "memoryReservation": limits.raw(inputs.memory_reservation, units.memory_bytes),
        "cpuLimit": limits.raw(inputs.cpu_limit, units.nano_cpus),
        "cpuReservation": limits.raw(inputs.cpu_reservation, units.nano_cpus),
        "replicas": inputs.replicas,
        "healthCheckSwarm": to_json(inputs.health_check),
        "restartPolicySwarm": to_json(inputs.restart_policy),
        "updateConfigSwarm": to_json(inputs.update_policy),
        "rollbackConfigSwarm": to_json(inputs.rollback_policy),
        "stopGracePeriodSwarm": _nano(inputs.stop_grace_period_seconds),
        "placementSwarm": placement_to_json(inputs.placement),
        "labelsSwarm": inputs.labels or None,
        "ulimitsSwarm": [to_json(ulimit) for ulimit in inputs.ulimits] or None,
        "networkIds": inputs.network_ids,
        "detachDokployNetwork": inputs.detach_dokploy_network,
        "autoDeploy": inputs.auto_deploy,
        "registryId": inputs.registry_id,
        **rollback_columns(inputs.rollback),
        **preview_columns(inputs.previews),
    }


def inputs_of(row: Row) -> ApplicationInputs:
    """The inputs that would make this row. Not validated: a refresh has to show what the server really holds."""
    env = dotenv.parse(row["env"] or "")
    env.pop(RELEASE_KEY, None)
    grace = row["stopGracePeriodSwarm"]
    return ApplicationInputs.model_construct(
        environment_id=row["environmentId"],
        name=row["name"],
        description=marker.strip(row["description"]) or None,
        server_id=row["serverId"],
        **source_of(row),
        build=None if row["sourceType"] == "docker" else build_of(row),
        watch_paths=row["watchPaths"] or [],
        env=env,
        allow_references=any("${{" in value for value in env.values()),
        build_args=dotenv.parse(row["buildArgs"] or ""),
        build_secrets=dotenv.parse(row["buildSecrets"] or ""),
        create_env_file=row["createEnvFile"],
        command=(row["command"] or "").split(),
        args=row["args"] or [],
        memory_limit=limits.human(row["memoryLimit"], units.memory_text),
        memory_reservation=limits.human(row["memoryReservation"], units.memory_text),
        cpu_limit=limits.human(row["cpuLimit"], units.cpu_text),
        cpu_reservation=limits.human(row["cpuReservation"], units.cpu_text),
        replicas=row["replicas"],
        health_check=from_json(HealthCheck, row["healthCheckSwarm"]),
        restart_policy=from_json(RestartPolicy, row["restartPolicySwarm"]),
        update_policy=from_json(UpdatePolicy, row["updateConfigSwarm"]),
        rollback_policy=from_json(UpdatePolicy, row["rollbackConfigSwarm"]),
        stop_grace_period_seconds=None if grace is None else units.seconds(int(grace)),
        placement=placement_from_json(row["placementSwarm"]),
        labels=row["labelsSwarm"] or {},
        ulimits=[found for raw in row["ulimitsSwarm"] or [] if (found := from_json(Ulimit, raw))],
        network_ids=row["networkIds"] or [],
        detach_dokploy_network=row["detachDokployNetwork"],
        auto_deploy=bool(row["autoDeploy"]),
        registry_id=row["registryId"],
        rollback=rollback_of(row),
        previews=previews_of(row),
    )


def env_text(inputs: ApplicationInputs, release: str | None) -> str:
    """The env column: what was asked for, and the release that is deployed, if one is."""
    own = {RELEASE_KEY: release} if release else {}
    return dotenv.dump({**inputs.env, **own}, allow_references=inputs.allow_references)


def _text(variables: dict[str, str]) -> str | None:
    return dotenv.dump(variables, allow_references=True) or None


def _nano(duration_s: float | None) -> int | None:
    return None if duration_s is None else units.nanoseconds(duration_s)
