"""The children of the components on Dokploy.

A release comes last: its first containers must find their volumes, variables and host name in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_dokploy as dokploy
from pulumi import ResourceOptions

from components.platforms.dokploy.alerts import notification
from components.platforms.dokploy.copies import kept_images, volume_backup
from components.platforms.dokploy.ingress import Entrance
from components.platforms.dokploy.source import source
from components.platforms.protocol import Deployed, Place, Workload
from components.values import Channel, CronJob, Offsite, Rollout, Route, Service


class Dokploy:
    """Creates Dokploy's resources. The server and its key are the provider's configuration."""

    def place(self, name: str, *, project: str, environment: str, description: str, parent: pulumi.Resource) -> Place:
        """A project and its environment; ``production`` is the one that Dokploy gives to every project."""
        home = dokploy.Project(
            f"{name}-project",
            dokploy.ProjectArgs(name=project, description=description),
            ResourceOptions(parent=parent),
        )
        stage = dokploy.Environment(
            f"{name}-environment",
            dokploy.EnvironmentArgs(project_id=home.id, name=environment, description=description),
            ResourceOptions(parent=parent),
        )
        return Place(project_id=home.id, environment_id=stage.id)

    def service(
        self,
        name: str,
        service: Service,
        *,
        environment: Mapping[str, pulumi.Input[str]],
        place: Place,
        parent: pulumi.Resource,
    ) -> Workload:
        """An application and one mount for each volume."""
        application = dokploy.Application(
            f"{name}-application",
            dokploy.ApplicationArgs(
                environment_id=place.environment_id,
                name=service.name,
                description=service.description,
                **source(service),
                env=dict(environment),
                auto_deploy=False,  # a push to the branch is deployed by the next update, not behind its back
                command=list(service.command),
                args=list(service.args),
                memory_limit=service.sizes.memory,
                cpu_limit=service.sizes.cpu,
                replicas=service.replicas,
                health_check=dokploy.ApplicationHealthCheckArgs(
                    test=list(service.probe_test),
                    interval_seconds=service.probe.interval_seconds,
                    timeout_seconds=service.probe.timeout_seconds,
                    start_period_seconds=service.probe.start_period_seconds,
                    retries=service.probe.retries,
                ),
                restart_policy=dokploy.ApplicationRestartPolicyArgs(
                    condition=service.restart.condition,
                    delay_seconds=service.restart.delay_seconds,
                    max_attempts=service.restart.max_attempts,
                    window_seconds=service.restart.window_seconds,
                ),
                update_policy=dokploy.ApplicationUpdatePolicyArgs(
                    parallelism=service.update.parallelism,
                    order=service.update.order,
                    delay_seconds=service.update.delay_seconds,
                    failure_action=service.update.failure_action,
                    monitor_seconds=service.update.monitor_seconds,
                    max_failure_ratio=0,
                ),
                rollback_policy=dokploy.ApplicationRollbackPolicyArgs(
                    parallelism=service.update.parallelism,
                    order=service.update.order,
                    # A rollback that fails has nothing to go back to.
                    failure_action="pause",
                    monitor_seconds=service.update.monitor_seconds,
                ),
                stop_grace_period_seconds=service.stop_grace_seconds,
                rollback=kept_images(name, service.rollback, title=service.unique_name, parent=parent),
            ),
            ResourceOptions(parent=parent),
        )
        for volume in service.volumes:
            dokploy.Mount(
                f"{name}-volume-{volume.name}",
                dokploy.MountArgs(
                    application_id=application.id,
                    type="volume",
                    volume_name=volume.volume_name or f"{service.volume_prefix}{volume.name}",
                    mount_path=volume.mount_path,
                ),
                ResourceOptions(parent=parent),
            )
        return Workload(id=application.id, app_name=application.app_name, generation=application.generation.apply(str))

    def route(self, name: str, route: Route, workload: Workload, *, parent: pulumi.Resource) -> pulumi.Output[str]:
        """A domain of the application, with what stands before it; the id is the host's own."""
        return Entrance(name, route, workload, parent).open()

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
        """A deployment that is followed to its end."""
        deployment = dokploy.Deployment(
            f"{name}-deployment",
            dokploy.DeploymentArgs(
                application_id=workload.id,
                triggers={**triggers, "generation": workload.generation},
                title=rollout.title,
                timeout_seconds=rollout.timeout_seconds,
                stable_seconds=rollout.stable_seconds,
                run_before=list(backups),
                probe=_probe(rollout),
            ),
            # Mounts and domains are no inputs of a deployment, and it must not start before they exist.
            ResourceOptions(parent=parent, depends_on=list(after)),
        )
        return Deployed(id=deployment.deployment_id, release=deployment.release)

    def cron_job(self, name: str, job: CronJob, workload: Workload, *, parent: pulumi.Resource) -> pulumi.Output[str]:
        """A schedule that runs in the application's container."""
        schedule = dokploy.Schedule(
            f"{name}-schedule-{job.name}",
            dokploy.ScheduleArgs(
                application_id=workload.id,
                name=job.name,
                description=job.description,
                cron_expression=job.schedule,
                command=job.command,
                shell_type=job.shell,
                timezone=job.timezone,
                enabled=True,
            ),
            ResourceOptions(parent=parent),
        )
        return pulumi.Output.from_input(schedule.id)

    def alert(
        self, name: str, channel: Channel, *, kind: str, title: str, deployments: bool, parent: pulumi.Resource
    ) -> pulumi.Output[str]:
        """A notification."""
        made = notification(name, channel, kind=kind, title=title, deployments=deployments, parent=parent)
        return pulumi.Output.from_input(made.id)

    def offsite(
        self, name: str, asked: Offsite, *, title: str, volume: str, workload: Workload, parent: pulumi.Resource
    ) -> pulumi.Output[str]:
        """A destination, and the volume's backup that goes there."""
        return volume_backup(name, asked, title=title, volume=volume, workload=workload, parent=parent)


def _probe(rollout: Rollout) -> dokploy.DeploymentProbeArgs | None:
    """What is asked from outside after a deployment."""
    if rollout.url is None:
        return None
    return dokploy.DeploymentProbeArgs(
        url=rollout.url,
        address=rollout.proof.address,
        contract="health" if rollout.proof.contract == "strict" else "any",
        timeout_seconds=rollout.proof.timeout_seconds,
    )
