"""The children of the components on a Docker engine.

The container runs as soon as it is there; the release is what proves it, with a command that follows its health.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

import pulumi
import pulumi_docker as docker
from pulumi import Output, ResourceOptions
from pulumi_command import local

from components import scripts
from components.engine import Engine
from components.platforms.docker.access import require_access
from components.platforms.docker.beside import backup_before, unread, watch_processes
from components.platforms.docker.container import arguments, container
from components.platforms.docker.image import BUILT, image_id
from components.platforms.docker.machine import Machine
from components.platforms.docker.port import require_port
from components.platforms.protocol import Deployed, Place, Workload
from components.values import Channel, ContextSource, CronJob, Offsite, Rollout, Route, Service


class Docker:
    """Creates a network, an image, volumes and a container, and commands beside the engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._machine = Machine(address=engine.host)
        self._provider: docker.Provider | None = None
        self._secret_names: dict[str, list[str]] = {}
        self._built: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def place(self, name: str, *, project: str, environment: str, description: str, parent: pulumi.Resource) -> Place:
        """A network of the stack's own, called like the project. An engine knows no environments."""
        network = docker.Network(
            f"{name}-network",
            docker.NetworkArgs(
                name=project,
                driver="bridge",
                labels=[docker.NetworkLabelArgs(label="chatzwa.environment", value=environment)],
            ),
            self._options(name, parent),
        )
        return Place(project_id=network.name, environment_id=Output.from_input(network.id))

    def service(
        self,
        name: str,
        service: Service,
        *,
        environment: Mapping[str, pulumi.Input[str]],
        place: Place,
        parent: pulumi.Resource,
    ) -> Workload:
        """An image, the volumes, and the container that runs the one on the others."""
        require_port(self._machine, self._engine, service.unique_name)
        options = self._options(name, parent)
        self._names[name] = service.unique_name
        if isinstance(service.source, ContextSource):
            self._built[name] = f"{BUILT}={service.unique_name}"
        self._secret_names[name] = sorted(key for key, value in environment.items() if isinstance(value, Output))
        volumes = {
            volume.mount_path: docker.Volume(
                f"{name}-volume-{volume.name}",
                docker.VolumeArgs(name=volume.volume_name or f"{service.volume_prefix}{volume.name}"),
                options,
            )
            for volume in service.volumes
        }
        # What each release replaces cannot be protected: Pulumi would refuse the replacement, too.
        passing = ResourceOptions.merge(options, ResourceOptions(protect=False))
        asked = arguments(
            service,
            self._engine,
            image=image_id(name, service, self._machine, passing),
            network=place.project_id,
            volumes={folder: volume.name for folder, volume in volumes.items()},
            environment=environment,
        )
        copied = backup_before(name, service, self._machine, asked, parent)
        running = container(name, asked, ResourceOptions.merge(passing, ResourceOptions(depends_on=copied)))
        watch_processes(service, self._engine, self._machine, running)
        made = Output.from_input(running.id)
        # The name is known beforehand: what uses it, as cron does, stays when the container is replaced.
        return Workload(id=made, app_name=Output.from_input(service.unique_name), generation=made)

    def route(self, name: str, route: Route, workload: Workload, *, parent: pulumi.Resource) -> Output[str]:
        """The port that the container publishes: there is nothing more to make."""
        return workload.id.apply(lambda _: self._engine.url)

    def release(
        self,
        name: str,
        workload: Workload,
        *,
        rollout: Rollout,
        triggers: Mapping[str, pulumi.Input[str]],
        backups: Sequence[pulumi.Input[str]],
        after: Sequence[pulumi.Resource],
        parent: pulumi.Resource,
    ) -> Deployed:
        """A command that ends well when this very container is healthy, and fails as soon as it cannot be.

        ``backups`` come too late here, since the engine has replaced the container by then: ``service`` has run
        ``Service.run_before``.
        """
        text = workload.id.apply(
            lambda identity: scripts.command(
                "docker_release",
                CONTAINER=identity,
                TIMEOUT_S=rollout.timeout_seconds,
                PROCESSES=self._engine.processes,
                MASKED=" ".join(self._secret_names[name]),
                IMAGES=self._built.get(name, ""),
                STABLE_S=rollout.stable_seconds,
                URL=rollout.url or "",
                CONTRACT=rollout.proof.contract,
                LOGS=shlex.join([*self._machine.docker, "logs", self._names[name]]),
                AGAIN=f"make up STACK={pulumi.get_stack()}",
            )
        )
        proof = local.Command(
            f"{name}-release",
            local.CommandArgs(
                create=self._machine.run("RELEASE"),
                environment={**self._machine.environment, "RELEASE": text.apply(unread)},
                triggers=[workload.generation, triggers],
                add_previous_output_in_env=False,
                logging=local.Logging.STDOUT,
            ),
            ResourceOptions(parent=parent, depends_on=list(after), delete_before_replace=True),
        )
        proved = Output.all(workload.id, proof.stdout).apply(lambda given: str(given[0]))
        return Deployed(id=proved, release=proved.apply(lambda identity: identity[:12]))

    def cron_job(self, name: str, job: CronJob, workload: Workload, *, parent: pulumi.Resource) -> Output[str]:
        """One line in the crontab of the engine's machine; gives the mark at its end."""
        mark = workload.app_name.apply(lambda called: f"{called}:{job.name}")
        install = workload.app_name.apply(
            lambda called: scripts.command(
                "cron_install",
                NAME=f"{called}-{job.name}",
                SCHEDULE=job.schedule,
                JOB=shlex.join(["docker", "exec", called, f"/bin/{job.shell}", "-c", job.command]),
                MARK=f"{called}:{job.name}",
                TIMEZONE=job.timezone,
                ABOUT=f"{job.description}, in the container {called}; written by Pulumi",
                CRON=self._engine.cron,
            )
        )
        remove = workload.app_name.apply(
            lambda called: scripts.command("cron_remove", NAME=f"{called}-{job.name}", MARK=f"{called}:{job.name}")
        )
        line = local.Command(
            f"{name}-cron-{job.name}",
            local.CommandArgs(
                create=self._machine.run("INSTALL"),
                delete=self._machine.run("REMOVE"),
                environment={
                    **self._machine.environment,
                    "INSTALL": install.apply(unread),
                    "REMOVE": remove.apply(unread),
                },
                # Another container name is another line: this one goes first.
                triggers=[mark],
                add_previous_output_in_env=False,
                logging=local.Logging.STDOUT,
            ),
            ResourceOptions(parent=parent, delete_before_replace=True),
        )
        return Output.all(mark, line.stdout).apply(lambda given: str(given[0]))

    def alert(
        self, name: str, channel: Channel, *, kind: str, title: str, deployments: bool, parent: pulumi.Resource
    ) -> Output[str]:
        """An engine notifies nobody; raises ``ValueError``, and the settings refuse it before."""
        raise ValueError("a Docker engine notifies nobody")

    def offsite(
        self, name: str, asked: Offsite, *, title: str, volume: str, workload: Workload, parent: pulumi.Resource
    ) -> Output[str]:
        """An engine sends nothing to a bucket; raises ``ValueError``, and the settings refuse it before."""
        raise ValueError("a Docker engine sends nothing to a bucket")

    def _options(self, name: str, parent: pulumi.Resource) -> ResourceOptions:
        """The engine of this stack, whatever the configuration of the provider says by default."""
        if self._provider is None:
            require_access(self._machine)
            self._provider = docker.Provider(
                f"{name}-engine", host=self._machine.address, ssh_opts=self._machine.ssh_options
            )
        return ResourceOptions(parent=parent, provider=self._provider)
