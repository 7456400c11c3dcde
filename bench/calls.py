"""Counts the calls to Dokploy of Pulumi's operations, with the real engine against the simulator.

Counts are the same at every run, up to the polling of a deployment, which is counted apart. Seconds are those of this
machine and of a server that answers at once: they tell what the tools cost, not what a deployment takes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dokploy.simulator import Simulator
from ops.rehearsal.generated import generate
from ops.rehearsal.hosts import with_host
from tests.engine.example import Program, deploy, ref
from tests.engine.outcome import POLLED, Outcome
from tests.engine.workspace import CHECKOUT, Workspace
from tests.ops.checkout import Checkout

STACK = "production"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One operation: its calls, those among them that poll a deployment, its time, and whether it went as it should."""

    operation: str
    calls: int
    polling: int
    seconds: float
    outcome: Outcome

    @property
    def other(self) -> int:
        """The calls that do not poll."""
        return self.calls - self.polling


def measured(operation: str, run: Callable[[], Outcome]) -> Measured:
    """Run it and count."""
    began = time.monotonic()
    outcome = run()
    seconds = time.monotonic() - began
    polling = sum(count for procedure, count in outcome.procedures.items() if procedure in POLLED)
    return Measured(operation=operation, calls=len(outcome.calls), polling=polling, seconds=seconds, outcome=outcome)


def peers_stack() -> Program:
    """The stack that the peer was measured with: eight objects of Dokploy. A deployment is a ninth resource here."""
    program = Program()
    program.declare("chat", "Project", name="chat")
    program.declare(
        "web",
        "Application",
        environment_id=ref("chat", "default_environment_id"),
        name="web",
        image={"reference": "demo/web:v1"},
        env={"LOG_LEVEL": "info"},
        health_check={"test": ["CMD-SHELL", "node check.js"], "interval_seconds": 2, "start_period_seconds": 1},
        restart_policy={"condition": "on-failure", "max_attempts": 3, "window_seconds": 120},
    )
    web = ref("web")
    program.declare("domain", "Domain", application_id=web, host="chat.localhost")
    for name in ("database", "uploads", "backups"):
        program.declare(name, "Mount", application_id=web, type="volume", volume_name=name, mount_path=f"/data/{name}")
    for name, cron in (("backup", "0 2 * * *"), ("prune", "0 3 * * *")):
        program.declare(name, "Schedule", application_id=web, name=name, cron_expression=cron, command="true")
    deploy(program, "web", after=["domain", "database", "uploads", "backups"])
    return program


def of_the_peers_stack(folder: Path) -> Iterator[Measured]:
    """The operations of the peer's table, one after the other on one stack."""
    with Simulator() as simulator:
        workspace = Workspace.make(folder, simulator)
        program = peers_stack()
        yield measured("create", lambda: workspace.up(program))
        yield measured("up without a change", lambda: workspace.up())
        yield measured("refresh", workspace.refresh)
        program["web"]["env"] = {"LOG_LEVEL": "debug"}
        yield measured("one env value changed", lambda: workspace.up(program))
        simulator.behave(outcome="pull_failure")
        program["web"]["image"] = {"reference": "demo/web:missing"}
        yield measured("image that cannot be pulled", lambda: workspace.up(program))
        simulator.behave(outcome="unhealthy")
        program["web"]["image"] = {"reference": "demo/web:ill"}
        yield measured("health check that fails for ever", lambda: workspace.up(program))
        yield measured("destroy", workspace.destroy)


def of_twenty_children(folder: Path) -> Measured:
    """Refresh of one application with twenty objects below it; project and application are two resources more."""
    program = Program()
    program.declare("chat", "Project", name="chat")
    environment = ref("chat", "default_environment_id")
    program.declare("web", "Application", environment_id=environment, name="web", image={"reference": "demo/web:v1"})
    web = ref("web")
    for number in range(5):
        mount = {"type": "volume", "volume_name": f"data-{number}", "mount_path": f"/data/{number}"}
        program.declare(f"mount-{number}", "Mount", application_id=web, **mount)
        program.declare(f"domain-{number}", "Domain", application_id=web, host=f"chat{number}.localhost")
        job = {"name": f"job-{number}", "cron_expression": "0 2 * * *", "command": "true"}
        program.declare(f"job-{number}", "Schedule", application_id=web, **job)
        login = {"username": f"user-{number}", "password": "not-so-secret"}
        program.declare(f"login-{number}", "BasicAuth", application_id=web, **login)
    with Simulator() as simulator:
        workspace = Workspace.make(folder, simulator)
        workspace.up(program).succeeded()
        return measured("refresh, 20 children", workspace.refresh)


def of_production(folder: Path) -> Iterator[Measured]:
    """This project's own production stack as it is committed, on the simulator."""
    with Simulator() as simulator:
        checkout = Checkout.make(folder, simulator, STACK, under_policies=True)
        checkout.create_stack()
        _configure(checkout)
        yield measured("create", checkout.up)
        yield measured("up without a change", checkout.up)
        yield measured("refresh", lambda: checkout.pulumi("refresh", "--yes", "--skip-preview"))


def resources_of(measurement: Measured) -> int:
    """How many objects of Dokploy an `up` made."""
    steps: list[dict[str, Any]] = [
        event["resOutputsEvent"]["metadata"] for event in measurement.outcome.events if "resOutputsEvent" in event
    ]
    return sum(step["op"] == "create" and step["type"].startswith("dokploy:") for step in steps)


def _configure(checkout: Checkout) -> None:
    """The committed configuration with a host, a server and secrets."""
    config = yaml.safe_load((CHECKOUT / f"Pulumi.{STACK}.yaml").read_text())["config"]
    config, _ = with_host({**config, "dokploy:url": checkout.simulator.url}, "chat.localhost")
    config["chatzwa:proof"] = {"address": checkout.simulator.url}
    config["chatzwa:app"] = {**config["chatzwa:app"], "stableSeconds": 0}
    path = checkout.folder / f"Pulumi.{STACK}.yaml"
    known = yaml.safe_load(path.read_text()) if path.exists() else None
    path.write_text(json.dumps({**(known or {}), "config": config}))
    secrets = [part for path, value in generate(config, []).items() for part in ("--secret", f"{path}={value}")]
    checkout.pulumi("config", "set-all", "--path", *secrets).succeeded()
