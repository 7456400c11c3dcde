"""docker.*: what Docker says about an application's tasks and containers."""

from __future__ import annotations

from typing import Any

from ..clock import ago
from ..inspection import inspect
from ..procedure import EMPTY, Call, Router
from ..services import Service, Task
from ..validation import ID, OPTIONAL_TEXT, OneOf

ROUTER = Router("docker")


def _container(service: Service, task: Task) -> dict[str, Any]:
    return {
        "containerId": (task.container or "")[:12],
        "name": f"{service.name}.{task.slot}.{task.id}",
        "state": "running" if task.alive else "exited",
    }


def _status(task: Task, now: float) -> str:
    if task.finished is None:
        return f"Up {ago(now - (task.started or now)).removesuffix(' ago')}"
    return f"Exited ({task.exit_code}) {ago(now - task.finished)}"


@ROUTER.query("getServiceContainersByAppName", appName=ID, serverId=OPTIONAL_TEXT)
def tasks(call: Call) -> Any:
    """`docker service ps`: the tasks, old ones too; `state` is what Swarm wants, `currentState` what is."""
    now, name = call.world.now(), call.data["appName"]
    return [
        {
            "containerId": task.id,
            "name": f"{name}.{task.slot}",
            "state": task.desired,
            "currentState": f"{task.state} {ago(now - task.since)}",
            "node": "simulator",
            "error": task.error,
        }
        for task in call.world.swarm.tasks(name)
    ]


@ROUTER.query(
    "getContainersByAppLabel",
    appName=ID,
    serverId=OPTIONAL_TEXT,
    type=OneOf(values=("standalone", "swarm")),
)
def by_label(call: Call) -> Any:
    """Running containers only, those of replaced tasks that still run among them."""
    found = call.world.swarm.containers(call.data["appName"])
    return [_container(service, task) for service, task in found if task.alive]


@ROUTER.query("getContainersByAppNameMatch", appName=ID, appType=OPTIONAL_TEXT, serverId=OPTIONAL_TEXT)
def by_name(call: Call) -> Any:
    now = call.world.now()
    found = [pair for pair in call.world.swarm.containers() if call.data["appName"] in pair[0].name]
    return [{**_container(service, task), "status": _status(task, now)} for service, task in found]


@ROUTER.query("getContainers", serverId=OPTIONAL_TEXT)
def containers(call: Call) -> Any:
    now = call.world.now()
    return [
        {
            **_container(service, task),
            "image": task.release.image,
            "ports": "",
            "status": _status(task, now),
        }
        for service, task in call.world.swarm.containers()
    ]


@ROUTER.query("getConfig", containerId=ID, serverId=OPTIONAL_TEXT)
def config(call: Call) -> Any:
    """`docker inspect`, every secret of the environment included; an unknown id has an empty answer."""
    wanted = call.data["containerId"]
    for service, task in call.world.swarm.containers():
        if task.container and task.container.startswith(wanted):
            return inspect(service, task)
    return EMPTY
