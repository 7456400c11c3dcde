"""A compliant stack of each platform, written out as the engine sees it. Every test starts from one of them."""

from __future__ import annotations

import shlex
from typing import Any

from tests.policies.court import UNKNOWN, Given

APP = "chatzwa-application"
_PROJECT = ("chatzwa:index:DokployProject",)
_APP = ("chatzwa:index:AppContainer",)
_CRON = ("chatzwa:index:BackupCron",)

SECRET = "4f1c9a7be02d58634f1c9a7be02d5863"
ENV: dict[str, str] = {
    "NODE_ENV": "production",
    "NEXT_TELEMETRY_DISABLED": "1",
    "DATABASE_URL": "file:/app/data/db/database.db",
    "NEXTAUTH_URL": "https://chat.company.com",
    "NEXTAUTH_SECRET": SECRET,
    "JWT_SECRET": SECRET[::-1],
    "ADMIN_CLEANUP_KEY": "9d0c7b6a5e4f3a2b",
    "ZAI_API_URL": "https://api.z.ai/v1",
    "ZAI_API_KEY": "c2f1a0b9d8e7c6f5",
    "NIXPACKS_NODE_VERSION": "22",
}
TEST = ["CMD", "/bin/bash", "-lc", "exec node -e \"fetch('http://127.0.0.1:3000/api/health')\""]
COPY = 'DATABASE=/app/data/db/database.db\nFOLDER=/app/backups\nsqlite3 "$DATABASE" "VACUUM INTO \'$FOLDER/x.db\'"'
PRUNE = 'FOLDER=/app/backups\nDAYS=30\nfind "$FOLDER" -name \'database-*.db\' -mtime "+$DAYS" -delete'
TIER = {"name": "high-traffic", "memory": "4096Mi", "cpu": "2000m", "storage": "20Gi", "reason": "SOP 2.3"}
STANDARD = {"name": "standard", "memory": "2048Mi", "cpu": "1000m", "storage": "10Gi", "reason": "x"}


def in_container(script: str) -> str:
    """The text that has the machine of a Docker engine run a script in the app's container by the clock."""
    return f"JOB={shlex.quote(shlex.join(['docker', 'exec', 'chatzwa', '/bin/sh', '-c', script]))}"


def _child(kind: str, name: str, props: dict[str, Any], parents: tuple[str, ...] = (), **rest: Any) -> Given:
    """A resource that belongs to the application."""
    return Given(
        type=f"dokploy:index:{kind}",
        name=name,
        props={"applicationId": UNKNOWN, **props},
        parents=parents,
        sources={"applicationId": [APP], **rest.pop("sources", {})},
        **rest,
    )


def dokploy() -> list[Given]:
    """Production on Dokploy with everything that the procedure asks for."""
    return [
        Given(type="pulumi:pulumi:Stack", name="chatzwa-production", props={}),
        Given(
            type="chatzwa:index:EnvSecrets",
            name="environment",
            props={"plain": {"NODE_ENV": "production", "ZAI_API_URL": "https://api.z.ai/v1"}, "secret_names": []},
        ),
        Given(
            type="chatzwa:index:ResourceTier",
            name="tier",
            props={"tier": TIER, "schedule": "30 * * * *", "threshold_percent": 85},
        ),
        Given(
            type="chatzwa:index:BackupCron",
            name="backup",
            props={
                "schedule": "0 2 * * *",
                "prune_schedule": "0 3 * * *",
                "timezone": "UTC",
                "retention_days": 30,
                "folder": "/app/backups",
            },
        ),
        Given(
            type="dokploy:index:Project",
            name="chatzwa-project",
            props={"name": "chatzwa-production", "description": "Chatzwa"},
            parents=_PROJECT,
            protected=True,
        ),
        Given(
            type="dokploy:index:Environment",
            name="chatzwa-environment",
            props={"projectId": UNKNOWN, "name": "production"},
            parents=_PROJECT,
            sources={"projectId": ["chatzwa-project"]},
            protected=True,
        ),
        Given(
            type="dokploy:index:Application",
            name=APP,
            props={
                "environmentId": UNKNOWN,
                "name": "chatzwa",
                "git": {"url": "https://git.company.com/chatzwa.git", "branch": "main", "buildPath": "/"},
                "build": {"type": "dockerfile"},
                "env": dict(ENV),
                "command": ["/bin/bash", "-lc"],
                "args": ["node_modules/.bin/tsx server.ts || exit 1"],
                "memoryLimit": "4096Mi",
                "cpuLimit": "2000m",
                "replicas": 1,
                "healthCheck": {
                    "test": TEST,
                    "intervalSeconds": 10,
                    "timeoutSeconds": 10,
                    "startPeriodSeconds": 270,
                    "retries": 3,
                },
                "restartPolicy": {"condition": "on-failure", "maxAttempts": 3, "windowSeconds": 1200},
                "updatePolicy": {"order": "stop-first", "parallelism": 1, "failureAction": "rollback"},
                "rollbackPolicy": {"order": "stop-first", "parallelism": 1, "failureAction": "pause"},
                "stopGracePeriodSeconds": 30,
                "autoDeploy": False,
                "rollback": {"registryId": "registry-1"},
                "previews": {"env": {"JWT_SECRET": SECRET[1:]}, "limit": 3},
            },
            sources={"environmentId": ["chatzwa-environment"]},
            protected=True,
        ),
        _child(
            "Mount",
            "database",
            {"type": "volume", "volumeName": "chatzwa-db", "mountPath": "/app/data/db"},
            _APP,
            protected=True,
        ),
        _child(
            "Mount",
            "backups",
            {"type": "volume", "volumeName": "chatzwa-backups", "mountPath": "/app/backups"},
            _APP,
            protected=True,
        ),
        Given(
            type="dokploy:index:Middleware",
            name="headers",
            props={
                "name": "headers",
                "configuration": "{headers: {stsSeconds: 31536000, contentSecurityPolicy: default-src 'self', "
                "accessControlAllowOriginList: ['https://chat.company.com']}}",
            },
        ),
        Given(
            type="dokploy:index:Middleware",
            name="limit",
            props={"name": "limit", "configuration": "{rateLimit: {average: 100, burst: 50}}"},
        ),
        Given(
            type="dokploy:index:Middleware",
            name="office",
            props={"name": "office", "configuration": "{ipAllowList: {sourceRange: [10.0.0.0/8]}}"},
        ),
        _child(
            "Domain",
            "domain",
            {
                "host": "chat.company.com",
                "path": "/",
                "port": 3000,
                "https": True,
                "certificateType": "letsencrypt",
                "middlewares": [UNKNOWN, UNKNOWN],
            },
            sources={"middlewares": ["headers", "limit"]},
        ),
        _child(
            "Domain",
            "admin-domain",
            {
                "host": "chat.company.com",
                "path": "/api/admin",
                "port": 3000,
                "https": True,
                "certificateType": "letsencrypt",
                "middlewares": [UNKNOWN, UNKNOWN, UNKNOWN],
            },
            sources={"middlewares": ["headers", "limit", "office"]},
        ),
        _child("Deployment", "deployment", {"triggers": {}, "title": "1"}),
        _child(
            "Schedule",
            "schedule-backup",
            {"name": "backup", "cronExpression": "0 2 * * *", "timezone": "UTC", "command": COPY, "enabled": True},
            _CRON,
        ),
        _child(
            "Schedule",
            "schedule-prune",
            {"name": "prune", "cronExpression": "0 3 * * *", "timezone": "UTC", "command": PRUNE, "enabled": True},
            _CRON,
        ),
        _child(
            "VolumeBackup",
            "offsite",
            {
                "name": "offsite",
                "volumeName": "chatzwa-backups",
                "destinationId": "destination-1",
                "cronExpression": "0 4 * * *",
                "enabled": True,
            },
        ),
        Given(
            type="dokploy:index:Notification",
            name="notification",
            props={"name": "team", "appBuildError": True, "volumeBackup": True, "slack": {"channel": "ops"}},
        ),
    ]


def docker() -> list[Given]:
    """A container of a Docker engine that may do nothing it does not need."""
    return [
        Given(type="pulumi:pulumi:Stack", name="chatzwa-local", props={}),
        Given(
            type="chatzwa:index:ResourceTier",
            name="tier",
            props={
                "tier": STANDARD,
                "schedule": "30 * * * *",
            },
        ),
        Given(
            type="chatzwa:index:BackupCron",
            name="backup",
            props={
                "schedule": "0 2 * * *",
                "prune_schedule": "0 3 * * *",
                "timezone": "Asia/Jakarta",
                "retention_days": 30,
            },
        ),
        Given(type="docker:index/remoteImage:RemoteImage", name="image", props={"name": "registry/chatzwa:1.4.2"}),
        Given(type="docker:index/image:Image", name="built", props={"imageName": "chatzwa:1.4.2"}),
        Given(
            type="command:local:Command",
            name="cron",
            props={
                "create": 'printf "%s\\n" "$INSTALL" | /bin/sh',
                "environment": {"INSTALL": in_container(COPY), "LATER": UNKNOWN},
            },
        ),
        Given(type="docker:index/volume:Volume", name="volume", props={"name": "chatzwa-db"}, protected=True),
        Given(
            type="docker:index/container:Container",
            name="container",
            props={
                "name": "chatzwa",
                "image": "sha256:" + "0" * 64,
                "envs": [f"{name}={value}" for name, value in ENV.items()],
                "entrypoints": ["/bin/sh", "-lc"],
                "command": ["exec node_modules/.bin/tsx server.ts"],
                "memory": 2048,
                "memorySwap": 2048,
                "cpus": "1.0",
                "restart": "on-failure",
                "maxRetryCount": 3,
                "healthcheck": {
                    "tests": TEST,
                    "interval": "10s",
                    "timeout": "10s",
                    "startPeriod": "4m30s",
                    "retries": 3,
                },
                "destroyGraceSeconds": 30,
                "ports": [{"internal": 3000, "external": 3000, "ip": "127.0.0.1"}],
                "volumes": [
                    {"containerPath": "/app/data/db", "volumeName": "chatzwa-db"},
                    {"containerPath": "/app/backups", "volumeName": "chatzwa-backups"},
                ],
                "networkMode": "bridge",
                "capabilities": {"drops": ["ALL"]},
                "securityOpts": ["no-new-privileges:true"],
                "user": "1000:1000",
                "ulimits": [{"name": "nproc", "soft": 512, "hard": 512}],
                "readOnly": True,
            },
        ),
    ]
