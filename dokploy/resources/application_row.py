"""An application as Dokploy's row: human units to raw ones, blocks to columns, and back."""

from __future__ import annotations

from typing import Any

from dokploy import dotenv, limits, marker, units
from dokploy.release import RELEASE_KEY
from dokploy.resources.application_inputs import (
    ApplicationInputs,
    Build,
    Git,
    Github,
    HealthCheck,
    Image,
    RestartPolicy,
    UpdatePolicy,
)

WITHOUT_DEPLOYMENT = {"name", "description", "autoDeploy", "environmentId"}
"""Columns that take effect without a new deployment."""

_SOURCES = {"image": "docker", "git": "git", "github": "github"}


def columns(inputs: ApplicationInputs, mark: marker.Marker) -> dict[str, Any]:
    """The row that `application.update` is to make of these inputs, env apart (it holds the release as well).

    Columns that are not asked for are null, which clears them.
    """
    return {
        "name": inputs.name,
        "description": mark.on(inputs.description),
        "environmentId": inputs.environment_id,
        **_source(inputs),
        **_build(inputs),
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
        "healthCheckSwarm": _health_check(inputs.health_check),
        "restartPolicySwarm": _restart_policy(inputs.restart_policy),
        "updateConfigSwarm": _update_policy(inputs.update_policy),
        "rollbackConfigSwarm": _update_policy(inputs.rollback_policy),
        "stopGracePeriodSwarm": _nano(inputs.stop_grace_period_seconds),
        "autoDeploy": inputs.auto_deploy,
    }


def inputs_of(row: dict[str, Any]) -> ApplicationInputs:
    """The inputs that would make this row. Not validated: a refresh has to show what the server really holds."""
    env = dotenv.parse(row["env"] or "")
    env.pop(RELEASE_KEY, None)
    is_image = row["sourceType"] == "docker"
    grace = row["stopGracePeriodSwarm"]
    return ApplicationInputs.model_construct(
        environment_id=row["environmentId"],
        name=row["name"],
        description=marker.strip(row["description"]) or None,
        server_id=row["serverId"],
        image=_image(row) if is_image else None,
        git=_git(row) if row["sourceType"] == "git" else None,
        github=_github(row) if row["sourceType"] == "github" else None,
        build=None if is_image else _build_block(row),
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
        health_check=_health_check_block(row["healthCheckSwarm"]),
        restart_policy=_restart_policy_block(row["restartPolicySwarm"]),
        update_policy=_update_policy_block(row["updateConfigSwarm"]),
        rollback_policy=_update_policy_block(row["rollbackConfigSwarm"]),
        stop_grace_period_seconds=None if grace is None else units.seconds(int(grace)),
        auto_deploy=bool(row["autoDeploy"]),
    )


def env_text(inputs: ApplicationInputs, release: str | None) -> str:
    """The env column: what was asked for, and the release that is deployed, if one is."""
    own = {RELEASE_KEY: release} if release else {}
    return dotenv.dump({**inputs.env, **own}, allow_references=inputs.allow_references)


def release_of(row: dict[str, Any]) -> str | None:
    """The release that was put into the application last."""
    return dotenv.parse(row["env"] or "").get(RELEASE_KEY)


def _source(inputs: ApplicationInputs) -> dict[str, Any]:
    image, git, github = inputs.image, inputs.git, inputs.github
    name = next(name for name in _SOURCES if getattr(inputs, name) is not None)
    repository = git or github
    return {
        "sourceType": _SOURCES[name],
        "dockerImage": image and image.reference,
        "registryUrl": image and image.registry_url,
        "username": image and image.username,
        "password": image and image.password,
        "customGitUrl": git and git.url,
        "customGitBranch": git and git.branch,
        "customGitBuildPath": git and git.build_path,
        "customGitSSHKeyId": git and git.ssh_key_id,
        "githubId": github and github.github_id,
        "owner": github and github.owner,
        "repository": github and github.repository,
        "branch": github and github.branch,
        "buildPath": github.build_path if github else "/",
        "triggerType": github.trigger_type if github else "push",
        "enableSubmodules": repository is not None and repository.enable_submodules,
    }


def _build(inputs: ApplicationInputs) -> dict[str, Any]:
    if inputs.image is not None and inputs.build is None:
        return {}
    build = inputs.build or Build(type="nixpacks")
    return {
        "buildType": build.type,
        "dockerfile": build.dockerfile,
        "dockerContextPath": build.context_path,
        "dockerBuildStage": build.stage,
        "publishDirectory": build.publish_directory,
    }


def _image(row: dict[str, Any]) -> Image:
    return Image.model_construct(
        reference=row["dockerImage"] or "",
        registry_url=row["registryUrl"] or None,
        username=row["username"] or None,
        password=row["password"] or None,
    )


def _git(row: dict[str, Any]) -> Git:
    return Git.model_construct(
        url=row["customGitUrl"] or "",
        branch=row["customGitBranch"] or "",
        build_path=row["customGitBuildPath"] or "/",
        ssh_key_id=row["customGitSSHKeyId"],
        enable_submodules=bool(row["enableSubmodules"]),
    )


def _github(row: dict[str, Any]) -> Github:
    return Github.model_construct(
        github_id=row["githubId"] or "",
        owner=row["owner"] or "",
        repository=row["repository"] or "",
        branch=row["branch"] or "",
        build_path=row["buildPath"] or "/",
        trigger_type=row["triggerType"] or "push",
        enable_submodules=bool(row["enableSubmodules"]),
    )


def _build_block(row: dict[str, Any]) -> Build:
    is_dockerfile = row["buildType"] == "dockerfile"
    return Build.model_construct(
        type=row["buildType"],
        dockerfile=(row["dockerfile"] or None) if is_dockerfile else None,
        context_path=(row["dockerContextPath"] or None) if is_dockerfile else None,
        stage=(row["dockerBuildStage"] or None) if is_dockerfile else None,
        publish_directory=row["publishDirectory"] or None,
    )


def _health_check(check: HealthCheck | None) -> dict[str, Any] | None:
    if check is None:
        return None
    return {
        "Test": check.test,
        "Interval": units.nanoseconds(check.interval_seconds),
        "Timeout": units.nanoseconds(check.timeout_seconds),
        "StartPeriod": units.nanoseconds(check.start_period_seconds),
        "Retries": check.retries,
    }


def _health_check_block(raw: dict[str, Any] | None) -> HealthCheck | None:
    if not raw:
        return None
    return HealthCheck.model_construct(
        test=raw.get("Test") or [],
        interval_seconds=units.seconds(raw.get("Interval") or 0),
        timeout_seconds=units.seconds(raw.get("Timeout") or 0),
        start_period_seconds=units.seconds(raw.get("StartPeriod") or 0),
        retries=raw.get("Retries") or 0,
    )


def _restart_policy(policy: RestartPolicy | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    return {
        "Condition": policy.condition,
        "Delay": units.nanoseconds(policy.delay_seconds),
        "MaxAttempts": policy.max_attempts,
        "Window": units.nanoseconds(policy.window_seconds),
    }


def _restart_policy_block(raw: dict[str, Any] | None) -> RestartPolicy | None:
    if not raw:
        return None
    return RestartPolicy.model_construct(
        condition=raw.get("Condition") or "any",
        delay_seconds=units.seconds(raw.get("Delay") or 0),
        max_attempts=raw.get("MaxAttempts") or 0,
        window_seconds=units.seconds(raw.get("Window") or 0),
    )


def _update_policy(policy: UpdatePolicy | None) -> dict[str, Any] | None:
    if policy is None:
        return None
    return {
        "Parallelism": policy.parallelism,
        "Delay": units.nanoseconds(policy.delay_seconds),
        "FailureAction": policy.failure_action,
        "Monitor": units.nanoseconds(policy.monitor_seconds),
        "MaxFailureRatio": policy.max_failure_ratio,
        "Order": policy.order,
    }


def _update_policy_block(raw: dict[str, Any] | None) -> UpdatePolicy | None:
    if not raw:
        return None
    return UpdatePolicy.model_construct(
        parallelism=raw.get("Parallelism") or 0,
        order=raw.get("Order") or "stop-first",
        delay_seconds=units.seconds(raw.get("Delay") or 0),
        failure_action=raw.get("FailureAction") or "pause",
        monitor_seconds=units.seconds(raw.get("Monitor") or 0),
        max_failure_ratio=raw.get("MaxFailureRatio") or 0,
    )


def _text(variables: dict[str, str]) -> str | None:
    return dotenv.dump(variables, allow_references=True) or None


def _nano(duration_s: float | None) -> int | None:
    return None if duration_s is None else units.nanoseconds(duration_s)
