"""One thing wrong with a compliant stack, and the one rule that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tests.policies.court import DELETED
from tests.policies.stacks import APP, COPY, SECRET


@dataclass(frozen=True, kw_only=True)
class Break:
    """`value` at `path` of the resource `name` breaks `rule`; what is shown of it stands in `says`."""

    rule: str
    platform: Literal["dokploy", "docker"]
    name: str
    path: Sequence[str | int]
    value: Any
    says: str

    def __str__(self) -> str:
        return f"{self.rule}-{self.platform}-{'.'.join(map(str, self.path))}"


def _app(rule: str, path: Sequence[str | int], value: Any, says: str) -> Break:
    return Break(rule=rule, platform="dokploy", name=APP, path=path, value=value, says=says)


def _on(name: str, rule: str, path: Sequence[str | int], value: Any, says: str) -> Break:
    return Break(rule=rule, platform="dokploy", name=name, path=path, value=value, says=says)


def _container(rule: str, path: Sequence[str | int], value: Any, says: str) -> Break:
    return Break(rule=rule, platform="docker", name="container", path=path, value=value, says=says)


def _env(rule: str, position: int, text: str, says: str) -> Break:
    return _container(rule, ["envs", position], text, says)


SIZING = (
    _container("sizing-memory-minimum", ["memory"], DELETED, "memory has no limit"),
    _container("sizing-cpu-minimum", ["cpus"], DELETED, "cpu has no limit"),
    _app("sizing-cpu-minimum", ["cpuLimit"], DELETED, "cpu has no limit; at least 1000m"),
    _app("sizing-memory-minimum", ["memoryLimit"], DELETED, "memory has no limit; at least 2048Mi"),
    _on("tier", "sizing-storage-minimum", ["tier", "storage"], "10239Mi", "storage 10239Mi is below 10240Mi"),
    _app("sizing-tier-named", ["memoryLimit"], "5000Mi", "memory 5000Mi with cpu 2000m"),
    _container("sizing-tier-named", ["cpus"], "3.0", "memory 2048Mi with cpu 3.0"),
    _on("tier", "sizing-custom-reasoned", ["tier", "name"], "huge", "tier huge is not one of"),
    _on("tier", "sizing-custom-reasoned", ["tier", "memory"], "9999Mi", "does not have the sizes of that name"),
    _app("sizing-units-written", ["memoryLimit"], "4294967296", "memory '4294967296' has no plain unit"),
    _app("sizing-units-written", ["cpuLimit"], "2.0", "cpu '2.0' is not written in whole cores or m"),
    _app("sizing-heap-below-memory", ["env", "NODE_OPTIONS"], "--max-old-space-size=8192", "a heap of 8192Mi"),
    _app("sizing-heap-below-memory", ["args", 0], "node --max-old-space-size=4096 server.js", "a heap of 4096Mi"),
    _env("sizing-heap-below-memory", 6, "NODE_OPTIONS=--max-old-space-size=2048", "a heap of 2048Mi"),
    _container("sizing-node-version", ["image"], "library/node:18.16.1", "node 18.16.1 is below 18.17"),
    _container("sizing-node-version", ["image"], "node:20.8", "node 20.8 is below 20.9, which the app asks for"),
    _app("sizing-replicas-single", ["replicas"], 2, "2 replicas and not 1"),
    _app("sizing-replicas-single", ["replicas"], 0, "0 replicas and not 1"),
    _app("sizing-update-stop-first", ["updatePolicy", "order"], "start-first", "updatePolicy.order is start-first"),
    _app("sizing-update-stop-first", ["rollbackPolicy"], DELETED, "rollbackPolicy.order is not set"),
    _app("sizing-reservation-below-limit", ["memoryReservation"], "5Gi", "memory reservation 5Gi is above"),
    _app("sizing-reservation-below-limit", ["cpuReservation"], "3000m", "cpu reservation 3000m is above"),
    _container("sizing-reservation-below-limit", ["memoryReservation"], 4096, "memory reservation 4096Mi is above"),
)

RUNTIME = (
    _app("runtime-health-checked", ["healthCheck"], DELETED, "there is no health check"),
    _app("runtime-health-checked", ["healthCheck", "test"], ["CMD", "true"], "does not ask for /api/health"),
    _container("runtime-health-checked", ["healthcheck", "tests"], ["NONE"], "there is no health check"),
    _app("runtime-health-start-period", ["healthCheck", "startPeriodSeconds"], 301, "301 s is above 300 s"),
    _app("runtime-health-start-period", ["healthCheck", "startPeriodSeconds"], DELETED, "is not set"),
    _container("runtime-health-start-period", ["healthcheck", "startPeriod"], "5m1s", "301 s is above 300 s"),
    _app("runtime-health-retries", ["healthCheck", "retries"], 1, "has 1 retries"),
    _container("runtime-health-retries", ["healthcheck", "retries"], DELETED, "has 0 retries"),
    _app("runtime-restart-on-failure", ["restartPolicy", "condition"], "any", "restarts on 'any'"),
    _app("runtime-restart-on-failure", ["restartPolicy", "condition"], "none", "restarts on 'none'"),
    _container("runtime-restart-on-failure", ["restart"], "always", "restarts on 'always'"),
    _app("runtime-restart-limited", ["restartPolicy", "maxAttempts"], 4, "4 restart attempts"),
    _app("runtime-restart-limited", ["restartPolicy", "maxAttempts"], 0, "unlimited restart attempts"),
    _container("runtime-restart-limited", ["maxRetryCount"], DELETED, "unlimited restart attempts"),
    _app("runtime-restart-window", ["restartPolicy", "windowSeconds"], DELETED, "has no window"),
    _container("runtime-port-agreed", ["ports", 0, "internal"], 8080, "port 8080 is reached from outside"),
    _app("runtime-branch-released", ["git", "branch"], "feature/x", "branch 'feature/x' is not one of"),
    _app("runtime-stop-graceful", ["stopGracePeriodSeconds"], 9, "the stop grace period is 9 s"),
    _app("runtime-stop-graceful", ["stopGracePeriodSeconds"], DELETED, "is not set"),
    _container("runtime-stop-graceful", ["destroyGraceSeconds"], DELETED, "is not set"),
    _app("runtime-command-exit-code", ["args", 0], "tsx server.ts | tee server.log", "pipes into another"),
    _app("runtime-command-exit-code", ["args", 0], "tsx server.ts || true", "ends in success"),
    _app("runtime-command-exit-code", ["args", 0], "exec npm start", "npm start"),
    _container("runtime-command-exit-code", ["command", 0], "npm run start", "npm start"),
)

ENVIRONMENT = (
    _app("environment-node-production", ["env", "NODE_ENV"], "development", "NODE_ENV is not production"),
    _env("environment-node-production", 0, "NODE_ENV=test2", "NODE_ENV is not production"),
    _app("environment-telemetry-off", ["env", "NEXT_TELEMETRY_DISABLED"], DELETED, "is not set"),
    _app("environment-required-present", ["env", "NEXTAUTH_URL"], DELETED, "NEXTAUTH_URL is not set"),
    _app("environment-required-present", ["env", "NEXTAUTH_SECRET"], DELETED, "NEXTAUTH_SECRET is not set"),
    _app("environment-required-present", ["env", "DATABASE_URL"], DELETED, "DATABASE_URL is not set"),
    _app("environment-ai-complete", ["env", "ZAI_API_KEY"], DELETED, "zai lacks ZAI_API_KEY"),
    _app("environment-values-real", ["env", "SENTRY_URL"], "your-sentry", "SENTRY_URL holds a placeholder"),
    _app("environment-values-real", ["env", "CALLBACK"], "https://api.example.org/x", "CALLBACK holds"),
    _app("environment-values-real", ["env", "TITLE"], "", "TITLE holds"),
    _on("environment", "environment-secrets-hidden", ["plain", "SMTP_PASSWORD"], "x", "variable SMTP_PASSWORD"),
    _on(
        "environment",
        "environment-secrets-hidden",
        ["plain", "MAILER"],
        "smtp://chat:hunter2hunter2@mail.company.com",
        "variable MAILER holds what looks like a secret",
    ),
    _app("environment-secrets-hidden", ["description"], "ghp_0123456789abcdefghij0123", "description holds"),
    _app(
        "environment-secrets-hidden",
        ["healthCheck", "test", 3],
        "curl -fH 'Authorization: sk-0123456789abcdef01' http://127.0.0.1:3000/api/health",
        "healthCheck holds what looks like a secret",
    ),
    _on("schedule-prune", "environment-secrets-hidden", ["command"], "TOKEN=0123456789abcdef x", "command holds"),
    _app("environment-secret-strength", ["env", "JWT_SECRET"], DELETED, "JWT_SECRET is not set"),
    _app("environment-secret-strength", ["env", "JWT_SECRET"], SECRET[:31], "JWT_SECRET has 31 characters"),
    _app("environment-secret-strength", ["env", "NEXTAUTH_SECRET"], "abab" * 10, "NEXTAUTH_SECRET is easy to guess"),
    _app(
        "environment-secret-strength",
        ["env", "JWT_SECRET"],
        "chatzwa-fallback-secret-1234567890",
        "JWT_SECRET is easy to guess",
    ),
    _env("environment-auth-https", 3, "NEXTAUTH_URL=http://127.0.0.1:3000", "NEXTAUTH_URL is no https address"),
    _app("environment-auth-https", ["env", "NEXTAUTH_URL"], "http://chat.company.com", "is no https address"),
    _app("environment-auth-domain", ["env", "NEXTAUTH_URL"], "https://other.company.com", "leads to other.company"),
    _app("environment-database-kept", ["env", "DATABASE_URL"], "file:/app/prisma/x.db", "lies on no volume"),
    _app("environment-database-kept", ["env", "DATABASE_URL"], "file:./database.db", "is relative"),
    _container("environment-database-kept", ["volumes", 0, "containerPath"], "/data", "lies on no volume"),
    _app("environment-build-secrets", ["build", "type"], "nixpacks", "into an image that is pushed to a registry"),
    _app("environment-previews-apart", ["previews", "env", "JWT_SECRET"], SECRET[::-1], "the same JWT_SECRET"),
    _app("environment-previews-apart", ["previews", "buildArgs"], {"ZAI_API_KEY": "c2f1a0b9d8e7c6f5"}, "ZAI_API_KEY"),
    _app("environment-tls-verified", ["env", "NODE_TLS_REJECT_UNAUTHORIZED"], "0", "turns every check off"),
)

NETWORK = (
    _on("domain", "network-domain-https", ["https"], False, "chat.company.com is served in plain HTTP"),
    _on("domain", "network-domain-https", ["certificateType"], "none", "has the certificate 'none'"),
    _on("admin-domain", "network-host-real", ["host"], "chat.example.com", "is a name for examples"),
    _container("network-ports-local", ["ports", 0, "ip"], "0.0.0.0", "port 3000 is open on 0.0.0.0"),
    _container("network-ports-local", ["ports", 0, "ip"], DELETED, "port 3000 is open on 0.0.0.0"),
    _container("network-ports-local", ["publishAllPorts"], True, "publishAllPorts is open on every address"),
    _container("network-host-apart", ["networkMode"], "host", "shares the host's network"),
    _on("headers", "network-headers-sent", ["configuration"], "{headers: {stsSeconds: 0}}", "adds HSTS and a Content"),
    _on(
        "headers", "network-headers-sent", ["configuration"], "{headers: {stsSeconds: 31536000}}", "a Content Security"
    ),
    _on("limit", "network-rate-limited", ["configuration"], "{rateLimit: {average: 0}}", "limits the requests"),
    _app("network-origins-named", ["env", "CORS_ORIGIN"], "https://a.company.com, *", "CORS_ORIGIN admits every"),
    _on(
        "headers",
        "network-origins-named",
        ["configuration"],
        "{headers: {stsSeconds: 31536000, contentSecurityPolicy: x, accessControlAllowOriginList: ['*']}}",
        "accessControlAllowOriginList admits every",
    ),
    _on("office", "network-admin-guarded", ["configuration"], "{compress: {}}", "/api/admin is open to everybody"),
)

CONTAINER = (
    _container("container-privileged-off", ["privileged"], True, "it is privileged"),
    _container("container-socket-away", ["volumes", 0, "hostPath"], "/var/run/docker.sock", "the engine's socket"),
    _container("container-socket-away", ["mounts"], [{"type": "bind", "source": "/run", "target": "/x"}], "/run"),
    _on("backups", "container-socket-away", ["hostPath"], "/var/run/docker.sock", "the engine's socket"),
    _container("container-host-paths-safe", ["volumes", 1, "hostPath"], "/etc/ssl", "belongs to the host's system"),
    _on("backups", "container-host-paths-safe", ["hostPath"], "/root", "belongs to the host's system"),
    _container("container-capabilities-dropped", ["capabilities"], DELETED, "not ALL capabilities"),
    _container("container-capabilities-dropped", ["capabilities", "adds"], ["CAP_SYS_ADMIN"], "SYS_ADMIN is added"),
    _container("container-privileges-fixed", ["securityOpts"], ["seccomp=x"], "no-new-privileges is not set"),
    _container("container-user-plain", ["user"], "0:1000", "it runs as root"),
    _container("container-user-plain", ["user"], DELETED, "it runs as root"),
    _container("container-image-pinned", ["image"], "chatzwa", "'chatzwa' may be another one tomorrow"),
    Break(
        rule="container-image-pinned",
        platform="docker",
        name="image",
        path=["name"],
        value="registry:5000/chatzwa:latest",
        says="'registry:5000/chatzwa:latest' may be another",
    ),
    Break(
        rule="container-image-pinned",
        platform="docker",
        name="built",
        path=["imageName"],
        value="chatzwa",
        says="'chatzwa' may be another one tomorrow",
    ),
    _container("container-processes-limited", ["ulimits"], DELETED, "number of its processes has no limit"),
    _container("container-root-read-only", ["readOnly"], False, "can be written to"),
)

BACKUP = (
    _on("schedule-backup", "backup-copy-scheduled", ["enabled"], False, "no enabled schedule copies"),
    _on("schedule-backup", "backup-copy-daily", ["cronExpression"], "0 2 */2 * *", "does not run every day"),
    _on(
        "schedule-backup",
        "backup-copy-consistent",
        ["command"],
        "cp /app/data/db/database.db /app/backups/database-$(date +%s).db",
        "backup copies the file of a database",
    ),
    _on(
        "schedule-prune",
        "backup-copy-consistent",
        ["command"],
        "tar czf /app/backups/x.tgz /app/data/db/database.db",
        "prune copies the file of a database",
    ),
    Break(
        rule="backup-copy-consistent",
        platform="docker",
        name="cron",
        path=["environment", "INSTALL"],
        value="JOB='docker exec chatzwa sh -c cp /app/data/db/database.db /app/backups/x.db'",
        says="copies the file of a database",
    ),
    _on("offsite", "backup-volume-consistent", ["volumeName"], "chatzwa-db", "volume chatzwa-db holds the live"),
    _on(
        "schedule-prune",
        "backup-retention-minimum",
        ["command"],
        "find /app/backups -mtime +7 -delete",
        "schedule prune keeps copies for 7 days",
    ),
    _on("schedule-backup", "backup-folder-kept", ["command"], COPY.replace("/app/backups", "/copies"), "/copies"),
    _on("backups", "backup-folder-kept", ["mountPath"], "/app/other", "copies to /app/backups, which is on no volume"),
    _on("offsite", "backup-offsite-kept", ["enabled"], False, "no copy leaves the server"),
    _on("schedule-prune", "backup-timer-valid", ["cronExpression"], "0 25 * * *", "is no cron expression"),
    _on("schedule-prune", "backup-timer-valid", ["cronExpression"], "0 0 2 * * *", "the five fields"),
    _on("offsite", "backup-timer-valid", ["cronExpression"], "0 0 31 2 *", "is no cron expression"),
    _on("schedule-backup", "backup-timer-valid", ["timezone"], "Asia/Nowhere", "is no time zone"),
    _on("backup", "backup-timer-valid", ["prune_schedule"], "often", "the five fields"),
    _on("database", "backup-state-protected", ["protected"], False, "not protected from being deleted"),
    _on(APP, "backup-state-protected", ["protected"], False, "not protected from being deleted"),
)

CHANGE = (
    _app("change-rollback-possible", ["rollback"], DELETED, "no registry keeps the images"),
    _app("change-failure-reverted", ["updatePolicy", "failureAction"], "continue", "ends in 'continue'"),
    _app("change-push-waits", ["autoDeploy"], True, "every push is deployed at once"),
    _on(
        "notification", "change-failure-notified", ["appBuildError"], False, "nobody is notified of failed deployments"
    ),
    _on("notification", "change-failure-notified", ["volumeBackup"], False, "nobody is notified of failed backups"),
)

BREAKS = (*SIZING, *RUNTIME, *ENVIRONMENT, *NETWORK, *CONTAINER, *BACKUP, *CHANGE)
