"""What the tests that hold for every resource need to know of each: a valid example, and single changes to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider


@dataclass(frozen=True, kw_only=True)
class Case:
    kind: str
    table: str
    """The simulator's table, and in `create` the procedure that adds to it."""
    create: str
    valid: dict[str, Any]
    """Without the parent's id."""
    parent: str | None = None
    """The property that names the object above."""
    changes: tuple[tuple[dict[str, Any], str], ...] = ()
    """Updates in place: what changes, and the path at which the difference is shown."""
    edits: tuple[tuple[str, Any, str], ...] = ()
    """Edits in Dokploy's UI: column, value, and the path at which a refresh shows it."""
    replacing: tuple[tuple[dict[str, Any], str], ...] = ()

    def __str__(self) -> str:
        return self.kind

    def properties(self, provider: Provider, **change: Any) -> dict[str, Any]:
        """The valid example under a new parent."""
        above = {self.parent: parent_of(provider, self.parent)} if self.parent else {}
        return with_change({**above, **self.valid}, change)

    def make(self, provider: Provider, **change: Any) -> tuple[Kept, dict[str, Any]]:
        properties = self.properties(provider, **change)
        return provider.create(self.kind, properties), properties

    def rows(self, simulator: Simulator) -> dict[str, dict[str, Any]]:
        """The rows of this kind, without those that only serve as parents and the environments Dokploy makes."""
        found: dict[str, dict[str, Any]] = getattr(simulator.state, self.table)
        return {id: row for id, row in found.items() if row.get("name") != "parent" and row.get("name") != "production"}


def with_change(properties: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The properties with some replaced, or removed where the change says None."""
    return {key: value for key, value in {**properties, **change}.items() if value is not None}


def parent_of(provider: Provider, property: str) -> str:
    project = provider.create("Project", {"name": "parent"}, name="parent")
    environment: str = project.state["defaultEnvironmentId"]
    application: Callable[[], Kept] = lambda: provider.create(  # noqa: E731 - made only where it is asked for
        "Application",
        {"environmentId": environment, "name": "parent", "image": {"reference": "web:1"}},
        name="parent",
    )
    match property:
        case "projectId":
            return project.id
        case "environmentId":
            return environment
        case _:
            return application().id


CHECK = {"test": ["CMD-SHELL", "node check.js"], "intervalSeconds": 5, "startPeriodSeconds": 1.5}
RESTART = {"condition": "on-failure", "maxAttempts": 3, "windowSeconds": 120}
POLICY = {"parallelism": 1, "order": "stop-first", "failureAction": "pause", "monitorSeconds": 30}
GIT = {"url": "https://git.example/web.git", "branch": "main"}
GITHUB = {"githubId": "gh", "owner": "chat", "repository": "web", "branch": "main"}
BUILD = {"type": "dockerfile", "dockerfile": "deploy/Dockerfile", "contextPath": ".", "stage": "run"}

PROJECT = Case(
    kind="Project",
    table="projects",
    create="project.create",
    valid={"name": "chat", "description": "Chat", "env": {"A": "1"}},
    changes=(
        ({"name": "talk"}, "name"),
        ({"description": "Talk"}, "description"),
        ({"description": None}, "description"),
        ({"env": {"A": "2"}}, 'env["A"]'),
        ({"env": {"A": "1", "B": "x # y"}}, 'env["B"]'),
        ({"env": None}, "env"),
    ),
    edits=(
        ("name", "renamed", "name"),
        ("description", "typed by hand", "description"),
        ("env", "A=2", 'env["A"]'),
        ("env", "", "env"),
    ),
)
ENVIRONMENT = Case(
    kind="Environment",
    table="environments",
    create="environment.create",
    parent="projectId",
    valid={"name": "staging", "description": "For trying", "env": {"A": "1"}},
    changes=(
        ({"name": "trial"}, "name"),
        ({"description": None}, "description"),
        ({"env": {"A": "2"}}, 'env["A"]'),
        ({"env": None}, "env"),
    ),
    edits=(
        ("name", "renamed", "name"),
        ("description", "typed by hand", "description"),
        ("env", "A='2'", 'env["A"]'),
    ),
    replacing=(({"projectId": "another"}, "projectId"), ({"name": "production"}, "name")),
)
APPLICATION = Case(
    kind="Application",
    table="applications",
    create="application.create",
    parent="environmentId",
    valid={
        "name": "web",
        "description": "The app",
        "image": {"reference": "web:1", "username": "robot", "password": "s3cret-of-robot"},
        "env": {"A": "1", "QUOTES": "a 'b' \"c\" #d $E\nf"},
        "args": ["--port", "3000"],
        "command": ["node", "server.js"],
        "memoryLimit": "2048Mi",
        "memoryReservation": "512Mi",
        "cpuLimit": "1000m",
        "cpuReservation": "250m",
        "healthCheck": CHECK,
        "restartPolicy": RESTART,
        "updatePolicy": POLICY,
        "rollbackPolicy": POLICY,
        "stopGracePeriodSeconds": 30,
    },
    changes=(
        ({"name": "site"}, "name"),
        ({"description": None}, "description"),
        ({"image": {"reference": "web:2"}}, "image"),
        ({"image": None, "git": GIT}, "git"),
        ({"image": None, "git": {**GIT, "buildPath": "/web", "enableSubmodules": True}, "build": BUILD}, "git"),
        ({"image": None, "github": {**GITHUB, "triggerType": "tag"}}, "github"),
        ({"env": {"A": "2", "QUOTES": "plain"}}, "env"),
        ({"env": None}, "env"),
        ({"env": {"A": "${{project.A}}"}, "allowReferences": True}, "env"),
        ({"buildArgs": {"A": "1"}}, "buildArgs"),
        ({"buildSecrets": {"A": "1"}}, "buildSecrets"),
        ({"createEnvFile": True}, "createEnvFile"),
        ({"command": None}, "command"),
        ({"command": ["bun"]}, "command"),
        ({"args": None}, "args"),
        ({"args": ["--port", "4000"]}, "args"),
        ({"memoryLimit": "4Gi"}, "memoryLimit"),
        ({"memoryLimit": None}, "memoryLimit"),
        ({"memoryReservation": None}, "memoryReservation"),
        ({"cpuLimit": "2"}, "cpuLimit"),
        ({"cpuLimit": None}, "cpuLimit"),
        ({"cpuReservation": "0.5"}, "cpuReservation"),
        ({"replicas": 0}, "replicas"),
        ({"replicas": 3}, "replicas"),
        ({"healthCheck": {**CHECK, "retries": 5}}, "healthCheck"),
        ({"healthCheck": None}, "healthCheck"),
        ({"restartPolicy": {"condition": "any"}}, "restartPolicy"),
        ({"restartPolicy": None}, "restartPolicy"),
        ({"updatePolicy": {**POLICY, "order": "start-first", "maxFailureRatio": 0.5}}, "updatePolicy"),
        ({"updatePolicy": None}, "updatePolicy"),
        ({"rollbackPolicy": None}, "rollbackPolicy"),
        ({"stopGracePeriodSeconds": 0}, "stopGracePeriodSeconds"),
        ({"stopGracePeriodSeconds": None}, "stopGracePeriodSeconds"),
        ({"autoDeploy": True}, "autoDeploy"),
    ),
    edits=(
        ("name", "renamed", "name"),
        ("description", "typed by hand", "description"),
        ("dockerImage", "web:9", "image.reference"),
        ("username", None, "image.username"),
        ("password", "changed-by-hand", "image.password"),
        ("registryUrl", "registry.example", "image.registryUrl"),
        ("sourceType", "git", "git"),
        ("sourceType", "gitlab", "image"),
        ("env", "A=2", 'env["A"]'),
        ("buildArgs", "X=1", "buildArgs"),
        ("buildSecrets", "X=1", "buildSecrets"),
        ("createEnvFile", True, "createEnvFile"),
        ("command", "bash", "command"),
        ("args", ["--other"], "args"),
        ("args", None, "args"),
        ("memoryLimit", "1073741824", "memoryLimit"),
        ("memoryLimit", "2048Mi", "memoryLimit"),
        ("memoryLimit", None, "memoryLimit"),
        ("memoryLimit", "", "memoryLimit"),
        ("memoryLimit", "0", "memoryLimit"),
        ("memoryReservation", "1", "memoryReservation"),
        ("cpuLimit", "2000000000", "cpuLimit"),
        ("cpuLimit", "1", "cpuLimit"),
        ("cpuLimit", "0.5", "cpuLimit"),
        ("cpuLimit", "much", "cpuLimit"),
        ("cpuReservation", None, "cpuReservation"),
        ("replicas", 5, "replicas"),
        ("healthCheckSwarm", None, "healthCheck"),
        ("healthCheckSwarm", {"Test": ["NONE"]}, "healthCheck.test"),
        ("restartPolicySwarm", {"Condition": "any"}, "restartPolicy.condition"),
        ("updateConfigSwarm", {"Parallelism": 2, "Order": "start-first"}, "updatePolicy.order"),
        ("rollbackConfigSwarm", None, "rollbackPolicy"),
        ("stopGracePeriodSwarm", 0, "stopGracePeriodSeconds"),
        ("autoDeploy", True, "autoDeploy"),
    ),
    replacing=(({"serverId": "another"}, "serverId"),),
)
MOUNT = Case(
    kind="Mount",
    table="mounts",
    create="mounts.create",
    parent="applicationId",
    valid={"type": "volume", "mountPath": "/data", "volumeName": "chat-data"},
    changes=(
        ({"mountPath": "/srv"}, "mountPath"),
        ({"volumeName": "other"}, "volumeName"),
    ),
    edits=(
        ("mountPath", "/elsewhere", "mountPath"),
        ("volumeName", "other", "volumeName"),
        ("type", "bind", "type"),
    ),
    replacing=(
        ({"applicationId": "another"}, "applicationId"),
        ({"type": "bind", "volumeName": None, "hostPath": "/srv"}, "type"),
    ),
)
BIND = Case(
    kind="Mount",
    table="mounts",
    create="mounts.create",
    parent="applicationId",
    valid={"type": "bind", "mountPath": "/data", "hostPath": "/srv/data"},
    changes=(({"hostPath": "/srv/other"}, "hostPath"),),
    edits=(("hostPath", "/srv/other", "hostPath"),),
)
FILE = Case(
    kind="Mount",
    table="mounts",
    create="mounts.create",
    parent="applicationId",
    valid={"type": "file", "mountPath": "/app/app.conf", "filePath": "app.conf", "content": "a = 1\n# b\n"},
    changes=(
        ({"content": "a = 2\n"}, "content"),
        ({"content": None}, "content"),
        ({"filePath": "b.conf"}, "filePath"),
    ),
    edits=(
        ("content", "by hand", "content"),
        ("content", "", "content"),
        ("filePath", "b.conf", "filePath"),
    ),
)
DOMAIN = Case(
    kind="Domain",
    table="domains",
    create="domain.create",
    parent="applicationId",
    valid={"host": "chat.example", "https": True, "certificateType": "letsencrypt", "middlewares": ["a@file"]},
    changes=(
        ({"host": "talk.example"}, "host"),
        ({"path": "/chat"}, "path"),
        ({"port": 8080}, "port"),
        ({"https": None}, "https"),
        ({"certificateType": "custom", "customCertResolver": "own"}, "certificateType"),
        ({"middlewares": None}, "middlewares"),
        ({"middlewares": ["b@file"]}, "middlewares"),
        ({"internalPath": "/inside"}, "internalPath"),
        ({"stripPath": True}, "stripPath"),
    ),
    edits=(
        ("host", "other.example", "host"),
        ("path", "/other", "path"),
        ("port", 80, "port"),
        ("port", None, "port"),
        ("https", False, "https"),
        ("certificateType", "none", "certificateType"),
        ("customCertResolver", "own", "customCertResolver"),
        ("middlewares", None, "middlewares"),
        ("internalPath", "/x", "internalPath"),
        ("stripPath", True, "stripPath"),
    ),
    replacing=(({"applicationId": "another"}, "applicationId"),),
)
SCHEDULE = Case(
    kind="Schedule",
    table="schedules",
    create="schedule.create",
    parent="applicationId",
    valid={
        "name": "nightly",
        "cronExpression": "0 2 * * *",
        "command": "backup --all",
        "timezone": "Asia/Jakarta",
        "description": "Backup",
    },
    changes=(
        ({"name": "daily"}, "name"),
        ({"cronExpression": "0 3 * * *"}, "cronExpression"),
        ({"command": "true"}, "command"),
        ({"shellType": "sh"}, "shellType"),
        ({"timezone": None}, "timezone"),
        ({"enabled": False}, "enabled"),
        ({"description": None}, "description"),
    ),
    edits=(
        ("name", "renamed", "name"),
        ("cronExpression", "0 4 * * *", "cronExpression"),
        ("command", "false", "command"),
        ("shellType", "sh", "shellType"),
        ("timezone", None, "timezone"),
        ("enabled", False, "enabled"),
        ("description", "typed by hand", "description"),
    ),
    replacing=(({"applicationId": "another"}, "applicationId"),),
)

CASES = (PROJECT, ENVIRONMENT, APPLICATION, MOUNT, BIND, FILE, DOMAIN, SCHEDULE)
