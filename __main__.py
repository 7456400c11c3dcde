"""Chatzwa: what one stack is made of, in the order in which it comes to be."""

from __future__ import annotations

import pulumi
from pulumi import ResourceOptions

from components.alerts import Alerts, AlertsArgs
from components.app_container import AppContainer, AppContainerArgs
from components.backup_cron import BackupCron, BackupCronArgs, backup_command
from components.configuration import settings as read_settings
from components.dokploy_project import DokployProject, DokployProjectArgs
from components.env_secrets import EnvSecrets, EnvSecretsArgs
from components.healthcheck import HealthCheck, HealthCheckArgs
from components.ingress import Ingress, IngressArgs
from components.platforms.choice import chosen
from components.release import Release, ReleaseArgs
from components.resource_tier import ResourceTier, ResourceTierArgs

NAME = "chatzwa"

settings = read_settings()
platform = chosen(settings.platform, settings.docker)
description = f"Chatzwa, stack {settings.stack}, managed by Pulumi"
# What holds data, or is the way to it, is not deleted by an accident.
stateful = ResourceOptions(protect=settings.protect)

project = DokployProject(
    NAME,
    DokployProjectArgs(
        project=settings.project.name,
        environment=settings.project.environment,
        description=description,
        platform=platform,
    ),
    stateful,
)
alerts = Alerts(NAME, AlertsArgs(title=settings.project.name, channels=settings.alerts, platform=platform))
environment = EnvSecrets(NAME, EnvSecretsArgs(plain=settings.variables, secrets=settings.secrets))
health = HealthCheck(
    NAME,
    HealthCheckArgs(probe=settings.health_check, port=settings.app.port, shell=settings.app.shell),
)
app = AppContainer(
    NAME,
    AppContainerArgs(
        service_name=NAME,
        description=description,
        source=settings.app.source.chosen,
        build=settings.app.build,
        revision=settings.app.revision,
        port=settings.app.port,
        shell=settings.app.shell,
        start_command=settings.app.start_command,
        tier=settings.tier,
        replicas=settings.app.replicas,
        volumes=settings.volumes,
        volume_prefix=settings.volume_prefix,
        probe=settings.health_check,
        probe_test=health.test,
        restart=settings.restart,
        update=settings.update,
        stop_grace_seconds=settings.app.stop_grace_seconds,
        rollback=settings.app.rollback,
        backup_command=(
            backup_command(settings.database_path, settings.backup.folder) if settings.backup.before_deploy else None
        ),
        environment=environment.variables,
        place=project.place,
        platform=platform,
    ),
    stateful,
)
ingress = Ingress(NAME, IngressArgs(route=settings.route, workload=app.workload, platform=platform))
tier = ResourceTier(
    NAME,
    ResourceTierArgs(
        tier=settings.tier,
        folders=tuple(volume.mount_path for volume in settings.volumes),
        schedule=settings.storage_check.schedule,
        threshold_percent=settings.storage_check.threshold_percent,
        shell=settings.app.shell,
        workload=app.workload,
        platform=platform,
    ),
)
backup = BackupCron(
    NAME,
    BackupCronArgs(
        database=settings.database_path,
        folder=settings.backup.folder,
        schedule=settings.backup.schedule,
        prune_schedule=settings.backup.prune_schedule,
        drill_schedule=settings.backup.drill_schedule,
        timezone=settings.backup.timezone,
        retention_days=settings.backup.retention_days,
        keep_at_least=settings.backup.keep_at_least,
        shell=settings.app.shell,
        title=settings.project.name,
        offsite=settings.backup.offsite,
        volume=settings.backup_volume,
        workload=app.workload,
        platform=platform,
    ),
)
release = Release(
    NAME,
    ReleaseArgs(
        revision=settings.app.revision,
        volumes=settings.volumes,
        rollout=settings.rollout,
        backups=(backup.backup_id,) if settings.backup.before_deploy else (),
        after=(app, ingress, alerts),
        workload=app.workload,
        platform=platform,
    ),
)

pulumi.export("url", settings.url)
pulumi.export("tier", settings.tier.name)
pulumi.export("source", str(settings.app.source))
pulumi.export("app_name", app.workload.app_name)
pulumi.export("deployment_id", release.deployed.id)
pulumi.export("release", release.deployed.release)
pulumi.export("schedules", {**backup.schedules, **tier.schedules})
pulumi.export("offsite", backup.bucket)
pulumi.export("alerts", alerts.told)
pulumi.export(
    f"{settings.platform}_ids",
    {
        "project_id": project.place.project_id,
        "environment_id": project.place.environment_id,
        "application_id": app.workload.id,
        "domain_id": ingress.domain_id,
    },
)
