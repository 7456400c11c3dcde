"""The container: the procedure's sizes, check and restarts, and as few rights as an app needs.

Every value is written as the engine gives it back, or the next preview would differ: cores as ``1.0``, durations
as ``1m30s``, swap equal to memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

import pulumi
import pulumi_docker as docker
from pulumi import Output, ResourceOptions

from components.engine import Engine
from components.fields import mebibytes, millicores
from components.values import Service

REPLACING = ["healthcheck", "tmpfs", "init", "cpuPeriod", "cpuQuota", "ulimits", "labels", "#initerror"]
"""What the provider takes for changed without changing the container, and a start that failed."""

IN_PLACE = frozenset({"memory", "memory_swap", "restart", "max_retry_count"})
"""What the engine changes in a running container."""

_RESTART = {"none": "no", "on-failure": "on-failure", "any": "unless-stopped"}


def arguments(
    service: Service,
    engine: Engine,
    *,
    image: pulumi.Input[str],
    network: pulumi.Input[str],
    volumes: Mapping[str, pulumi.Input[str]],
    environment: Mapping[str, pulumi.Input[str]],
) -> docker.ContainerArgs:
    """What the engine is asked for. ``volumes`` gives the volume of each folder."""
    memory = mebibytes(service.sizes.memory)
    limited = service.restart.condition == "on-failure"
    return docker.ContainerArgs(
        name=service.unique_name,
        image=image,
        entrypoints=list(service.command) or None,
        command=list(service.args) or None,
        envs=_variables(environment),
        memory=memory,
        memory_swap=memory,
        cpus=cores(service.sizes.cpu),
        # The provider knows no limit of processes but this one, which counts by user; Release adds the other.
        ulimits=[docker.ContainerUlimitArgs(name="nproc", soft=engine.processes, hard=engine.processes)],
        healthcheck=docker.ContainerHealthcheckArgs(
            tests=list(service.probe_test),
            interval=duration(service.probe.interval_seconds),
            timeout=duration(service.probe.timeout_seconds),
            start_period=duration(service.probe.start_period_seconds),
            retries=service.probe.retries,
        ),
        restart=_RESTART[service.restart.condition],
        max_retry_count=service.restart.max_attempts if limited else None,
        user=engine.user,
        capabilities=docker.ContainerCapabilitiesArgs(drops=["ALL"]),
        security_opts=["no-new-privileges:true"],
        read_only=engine.read_only,
        tmpfs=dict.fromkeys(engine.tmpfs, "rw,noexec,nosuid,nodev,size=64m"),
        network_mode=network,
        ports=[docker.ContainerPortArgs(internal=service.port, external=engine.host_port, ip=engine.bind)],
        volumes=[
            docker.ContainerVolumeArgs(volume_name=volume, container_path=folder) for folder, volume in volumes.items()
        ],
        log_driver="json-file",
        log_opts={"max-file": "3", "max-size": "10m"},
        labels=[
            docker.ContainerLabelArgs(label="chatzwa.revision", value=service.revision),
            docker.ContainerLabelArgs(label="chatzwa.service", value=service.name),
        ],
        stop_timeout=service.stop_grace_seconds,
        destroy_grace_seconds=service.stop_grace_seconds,
        must_run=True,
        wait=False,  # it would end at its time-out only, however early the container is judged unhealthy
    )


def container(name: str, args: docker.ContainerArgs, options: ResourceOptions) -> docker.Container:
    """A container that is replaced by stopping the old one first: the database has one writer."""
    replacing = ResourceOptions(
        delete_before_replace=True, replace_on_changes=REPLACING, additional_secret_outputs=["envs"]
    )
    return docker.Container(f"{name}-container", args, ResourceOptions.merge(options, replacing))


def identity(args: docker.ContainerArgs) -> Output[str]:
    """A text that changes whenever the container is replaced for what it is asked to be; secret, as parts of it are."""
    asked = {key: value for key, value in vars(args).items() if key not in IN_PLACE}
    return Output.secret(
        Output.all(**asked).apply(
            lambda known: hashlib.sha256(json.dumps(known, default=vars, sort_keys=True).encode()).hexdigest()
        )
    )


def _variables(environment: Mapping[str, pulumi.Input[str]]) -> Output[list[str]]:
    """The environment in the engine's form, secret as a whole: it shows no part of itself in a difference."""
    return Output.secret(Output.all(**environment).apply(lambda given: [f"{k}={v}" for k, v in sorted(given.items())]))


def cores(cpu: str) -> str:
    """``1000m`` as the engine's ``1.0``."""
    return str(millicores(cpu) / 1000)


def duration(seconds: int) -> str:
    """Seconds as the engine's ``1m30s``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes}m{rest}s" if hours else f"{minutes}m{rest}s" if minutes else f"{rest}s"
