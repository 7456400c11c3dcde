"""From an application's row to what Swarm is asked to run, with the refusals of Docker on the way."""

from __future__ import annotations

import re
from typing import Any

from .environment import resolve
from .services import Release
from .settings import Outcome
from .state import Row, State

LONGEST_VALUE = 131_071  # bytes of one environment entry; the kernel refuses to start a process with more
SMALLEST_MEMORY = 4 * 1024 * 1024


class RefusedError(ValueError):
    """Docker or Dokploy would not take it; the text is the line in the deployment's log."""


def parse_int(text: str | None) -> int:
    """JavaScript's parseInt on a limit: leading digits, so "64m" is 64 and "0.5" is 0; nothing is 0."""
    found = re.match(r"\s*[+-]?\d+", text or "")
    return int(found[0]) if found else 0


def build(state: State, app: Row, outcome: Outcome, image: str) -> Release:
    """The release that a deployment or a reload of this row makes.

    Raises RefusedError or UnknownReferenceError with the line for the log.
    """
    environment = state.environments[app["environmentId"]]
    project = state.projects[environment["projectId"]]
    env = resolve(app["env"], project["env"], environment["env"])
    name = app["appName"]
    if len(name) > 63:
        raise RefusedError(_invalid("name must be 63 characters or fewer"))
    if "." in name or name.startswith("-"):
        raise RefusedError(_invalid("name must be valid as a DNS name component"))
    memory = parse_int(app["memoryLimit"])
    if app["memoryLimit"] and memory < SMALLEST_MEMORY:
        raise RefusedError(_invalid(f"invalid memory value {memory}: Must be at least 4MiB"))
    update = app["updateConfigSwarm"] or {
        "Parallelism": 1,
        "Order": "start-first",
        "FailureAction": "rollback",
    }
    restart = app["restartPolicySwarm"] or {}
    _check_words(update, restart)
    replicas = app["replicas"]
    if app["modeSwarm"]:
        replicas = (app["modeSwarm"].get("Replicated") or {}).get("Replicas", 1)
    if replicas < 0:
        raise RefusedError(_invalid("Number of replicas must be non-negative"))
    published = [row["publishedPort"] for row in state.of(state.ports, "applicationId", app["applicationId"])]
    if len(set(published)) < len(published):
        raise RefusedError(_invalid("EndpointSpec: duplicate published ports provided"))
    mounts = [mount for mount in (_mount(app, row) for row in _mounts(state, app)) if mount]
    if any(len(entry.encode()) > LONGEST_VALUE for entry in env):
        outcome = "crash"
    return Release(
        image=image,
        env=tuple(env),
        outcome=outcome,
        replicas=replicas,
        memory=memory,
        nano_cpus=parse_int(app["cpuLimit"]),
        health=app["healthCheckSwarm"],
        command=tuple((app["command"] or "").split(" ")) if app["command"] else (),
        args=tuple(app["args"] or ()),
        mounts=tuple(mounts),
        labels=dict(app["labelsSwarm"] or {}),
        start_first=update.get("Order") != "stop-first",
        on_failure=update.get("FailureAction", "pause"),
        parallelism=update.get("Parallelism", 1),
        restart=restart.get("Condition", "any"),
        attempts=restart.get("MaxAttempts", 0),
        rejected=_short_volume(mounts),
        mode=next(iter(app["modeSwarm"] or {}), "Replicated"),
    )


def name_taken(name: str) -> str:
    """What is left of an update that Docker refuses: Dokploy tries to create the service instead."""
    reason = f"name conflicts with an existing object: service {name} already exists"
    return f"(HTTP code 409) unexpected - rpc error: code = AlreadyExists desc = {reason} "


def _invalid(reason: str) -> str:
    return f"(HTTP code 400) unexpected - rpc error: code = InvalidArgument desc = {reason} "


def _check_words(update: dict[str, Any], restart: dict[str, Any]) -> None:
    condition = restart.get("Condition")
    if condition not in (None, "", "none", "on-failure", "any"):
        raise RefusedError(f'(HTTP code 400) unexpected - invalid RestartCondition: "{condition}" ')
    order = update.get("Order")
    if order not in (None, "", "start-first", "stop-first"):
        raise RefusedError(f'(HTTP code 400) unexpected - unknown update order: "{order}" ')


def _mounts(state: State, app: Row) -> list[Row]:
    return state.of(state.mounts, "applicationId", app["applicationId"])


def _mount(app: Row, row: Row) -> dict[str, Any] | None:
    """The mount as Docker lists it in a container."""
    common = {"Destination": row["mountPath"], "RW": True}
    if row["type"] == "volume":
        source = f"/var/lib/docker/volumes/{row['volumeName']}/_data"
        extra = {"Driver": "local", "Mode": "z", "Propagation": ""}
        return {"Type": "volume", "Name": row["volumeName"] or "", "Source": source, **common, **extra}
    source = row["hostPath"] or ""
    if row["type"] == "file":
        source = f"/etc/dokploy/applications/{app['appName']}/files/{row['filePath']}"
    return {"Type": "bind", "Source": source, **common, "Mode": "", "Propagation": "rprivate"}


def _short_volume(mounts: list[dict[str, Any]]) -> str | None:
    for mount in mounts:
        name = mount.get("Name")
        if name is not None and len(name) == 1:
            reason = "volume name is too short, names should be at least two alphanumeric characters"
            return f"create {name}: {reason}"
    return None
