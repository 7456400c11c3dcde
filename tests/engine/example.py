"""The stack that the engine tests start from: one of each resource, as a deployment of a web application needs."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Declared:
    """One resource of a program; a test changes one thing of it. `options` are those of Pulumi's ResourceOptions."""

    kind: str
    properties: dict[str, Any]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Program:
    """What `program.py` makes, in this order."""

    resources: dict[str, Declared] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> dict[str, Any]:
        """The properties of a resource, to change them."""
        return self.resources[name].properties

    def declare(self, name: str, kind: str, options: dict[str, Any] | None = None, /, **properties: Any) -> None:
        # A copy, since a test changes it: what it was made from may serve other tests as well.
        self.resources[name] = Declared(kind, deepcopy(properties), options or {})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def ref(name: str, output: str = "id") -> dict[str, list[str]]:
    """An output of another resource."""
    return {"$ref": [name, output]}


APPLICATION: dict[str, Any] = {
    "name": "web",
    "image": {"reference": "demo/web:v1"},
    "env": {"LOG_LEVEL": "info", "JWT_SECRET": "not-so-secret-here"},
    "command": ["sh"],
    "args": ["-c", "node server.js"],
    "memory_limit": "2048Mi",
    "cpu_limit": "1000m",
    "health_check": {"test": ["CMD-SHELL", "node check.js"], "interval_seconds": 2, "start_period_seconds": 1},
    "restart_policy": {"condition": "on-failure", "max_attempts": 3, "window_seconds": 120},
    "update_policy": {"parallelism": 1, "order": "stop-first"},
}


def whole_stack() -> Program:
    """Project, environment, application, mount, domain, schedule and deployment; nothing is optional here."""
    program = application_only()
    web = ref("web")
    program.declare("data", "Mount", application_id=web, type="volume", mount_path="/app/data", volume_name="web-data")
    program.declare("domain", "Domain", application_id=web, host="chat.localhost", https=True)
    program["domain"]["certificate_type"] = "letsencrypt"
    program.declare("backup", "Schedule", application_id=web, name="backup", cron_expression="0 2 * * *")
    program["backup"]["command"] = "true"
    deploy(program, "web", after=["data", "domain"])
    program.outputs = {"app_name": ref("web", "app_name"), "env": ref("web", "env")}
    return program


def application_only() -> Program:
    """An application that is never deployed, in the default environment of a project."""
    program = Program()
    program.declare("chat", "Project", name="Chatzwa", description="The chat")
    program.declare("production", "Environment", project_id=ref("chat"), name="production", env={"SHARED": "1"})
    program.declare("web", "Application", environment_id=ref("production"), **APPLICATION)
    return program


def deploy(program: Program, application: str, *, after: list[str] | None = None) -> None:
    """Declare the deployment `<application>-release` of an application."""
    program.declare(
        f"{application}-release",
        "Deployment",
        {"depends_on": after or []},
        application_id=ref(application),
        triggers={"generation": ref(application, "generation")},
        stable_seconds=0,
    )
