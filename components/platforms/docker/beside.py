"""What is run beside the engine when a container is described: a copy before its end, and a look at its limit."""

from __future__ import annotations

import shlex

import pulumi
import pulumi_docker as docker
from pulumi import ResourceOptions
from pulumi_command import local

from components import scripts
from components.engine import Engine
from components.platforms.docker.container import identity
from components.platforms.docker.machine import Machine
from components.values import Service


def backup_before(
    name: str, service: Service, machine: Machine, asked: docker.ContainerArgs, parent: pulumi.Resource
) -> list[pulumi.Resource]:
    """A command that copies the data before the engine replaces the container (SOP 1.2); none where none is asked for.

    It runs again whenever the container is about to be another one, and a container that depends on it is not
    touched when it fails.
    """
    if not service.run_before:
        return []
    called = service.unique_name
    job = shlex.join(["docker", "exec", called, *service.run_before])
    text = scripts.command("docker_backup", CONTAINER=called, JOB=job)
    return [
        local.Command(
            f"{name}-backup-before",
            local.CommandArgs(
                create=machine.run("BACKUP"),
                environment={**machine.environment, "BACKUP": unread(text), "BEFORE": identity(asked)},
                add_previous_output_in_env=False,
                logging=local.Logging.STDOUT,
            ),
            ResourceOptions(parent=parent, protect=False),
        )
    ]


def watch_processes(service: Service, engine: Engine, machine: Machine, running: docker.Container) -> None:
    """Warn of a limit of processes that somebody has changed: the provider knows none, so no refresh finds it."""
    called, processes = service.unique_name, engine.processes
    text = scripts.command(
        "docker_limit",
        CONTAINER=called,
        PROCESSES=processes,
        SET=shlex.join([*machine.docker, "update", "--pids-limit", str(processes), called]),
    )
    found = local.run_output(
        command=machine.run("LOOK"),
        environment={**machine.environment, "LOOK": unread(text)},
        logging=local.Logging.NONE,
    )
    found.stdout.apply(lambda said: pulumi.log.warn(said, running) if said else None)


def unread(text: str) -> str:
    """The text as one command, read to its end before it starts: nothing in it reads the rest as its own input."""
    return f"{{\n{text}\n}} </dev/null"
