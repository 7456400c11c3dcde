"""The platform of the SOP: Dokploy, through the ``dokploy`` provider's typed SDK.

A release comes last: its first containers must find their volumes, variables and host name in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi
import pulumi_dokploy as dokploy
from pulumi import ResourceOptions

from components.platforms.protocol import Deployed, Place, Workload
from components.values import CronJob, GithubSource, GitSource, ImageSource, Rollout, Route, Service


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
                **_source(service),
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
        """A domain of the application."""
        domain = dokploy.Domain(
            f"{name}-domain",
            dokploy.DomainArgs(
                application_id=workload.id,
                host=route.host,
                path="/",
                port=route.port,
                https=route.certificate != "none",
                certificate_type=route.certificate,
                custom_cert_resolver=route.resolver,
            ),
            ResourceOptions(parent=parent),
        )
        return pulumi.Output.from_input(domain.id)

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


def _source(service: Service) -> dict[str, object]:
    """The inputs of the application that say where its image comes from.

    Raises ``ValueError`` for a folder of this machine; the settings refuse it before.
    """
    build = dokploy.ApplicationBuildArgs(
        type=service.build.type,
        dockerfile=service.build.dockerfile,
        context_path=service.build.context_path,
        stage=service.build.stage,
    )
    match service.source:
        case ImageSource() as image:
            password = image.password
            return {
                "image": dokploy.ApplicationImageArgs(
                    reference=image.reference,
                    registry_url=image.registry_url,
                    username=image.username,
                    password=pulumi.Output.secret(password.get_secret_value()) if password else None,
                )
            }
        case GithubSource() as github:
            return {
                "github": dokploy.ApplicationGithubArgs(
                    github_id=github.github_id,
                    owner=github.owner,
                    repository=github.repository,
                    branch=github.branch,
                    build_path=github.build_path,
                    enable_submodules=github.enable_submodules,
                ),
                "build": build,
            }
        case GitSource() as git:
            return {
                "git": dokploy.ApplicationGitArgs(
                    url=git.url,
                    branch=git.branch,
                    build_path=git.build_path,
                    ssh_key_id=git.ssh_key_id,
                    enable_submodules=git.enable_submodules,
                ),
                "build": build,
            }
        case _:
            raise ValueError("Dokploy builds a repository or runs an image")
