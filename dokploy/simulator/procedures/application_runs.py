"""application.*: what touches the running service, its queue, its logs and its Traefik file."""

from __future__ import annotations

from typing import Any

from .. import traefik, views
from ..environment import UnknownReferenceError
from ..errors import bad_request, server_error
from ..procedure import EMPTY, Call, Router
from ..release import RefusedError, build
from ..state import Row
from ..validation import ID, OPTIONAL_TEXT, PRESENT_TEXT, Number, Text

ROUTER = Router("application")


def _app(call: Call) -> Row:
    return views.application(call.state, call.data["applicationId"])


def _enqueue(call: Call, kind: str, title: str) -> Any:
    app = _app(call)
    text = call.data.get("title") or title
    call.world.queue.add(app["applicationId"], kind, text, call.data.get("description") or "", call.world.now())
    return EMPTY


@ROUTER.mutation("deploy", applicationId=ID, title=OPTIONAL_TEXT, description=OPTIONAL_TEXT)
def deploy(call: Call) -> Any:
    return _enqueue(call, "deploy", "Manual deployment")


@ROUTER.mutation("redeploy", applicationId=ID, title=OPTIONAL_TEXT, description=OPTIONAL_TEXT)
def redeploy(call: Call) -> Any:
    return _enqueue(call, "redeploy", "Rebuild deployment")


@ROUTER.mutation("reload", applicationId=ID, appName=Text(present=True))
def reload(call: Call) -> Any:
    """The Swarm spec only: no build, no deployment row, at once."""
    app = _app(call)
    image = app["dockerImage"] if app["sourceType"] == "docker" else f"{app['appName']}:latest"
    try:
        release = build(call.state, app, call.world.queue.outcome_of(app["name"]), image or "")
    except (RefusedError, UnknownReferenceError) as refusal:
        raise server_error(f"Error reloading application: {refusal}") from refusal
    call.world.swarm.apply(app["appName"], release, call.world.now())
    return True


@ROUTER.mutation("start", applicationId=ID)
def start(call: Call) -> Any:
    """Always one task, whatever the row says; the answer is the row from before."""
    app = _app(call)
    before, name = dict(app), app["appName"]
    try:
        call.world.swarm.scale(name, 1, call.world.now())
    except KeyError:
        command = f"docker service scale {name}=1 \n{name}: Error response from daemon: service {name} not found\n"
        raise server_error(f"Command execution failed: Command failed: {command}") from None
    app["applicationStatus"] = "done"
    return views.full_application(call.state, before)


@ROUTER.mutation("stop", applicationId=ID)
def stop(call: Call) -> Any:
    app = _app(call)
    before = dict(app)
    if app["appName"] in call.world.swarm.services:
        call.world.swarm.scale(app["appName"], 0, call.world.now())
    app["applicationStatus"] = "idle"
    return views.full_application(call.state, before)


@ROUTER.mutation("delete", applicationId=ID)
def delete(call: Call) -> Any:
    """Service, Traefik file and rows go; volumes stay. A build that still runs leaves an orphan service."""
    app = _app(call)
    gone = views.full_application(call.state, app)
    call.world.queue.drop_waiting(app["applicationId"])
    call.state.drop_application(app["applicationId"])
    call.state.traefik.pop(traefik.path(app), None)
    traefik.rewrite_middlewares(call.state, app)
    call.world.swarm.remove(app["appName"])
    return gone


@ROUTER.mutation("cancelDeployment", applicationId=ID)
def cancel(call: Call) -> Any:
    raise bad_request("Deployment cancellation only available in cloud version")


@ROUTER.mutation("cleanQueues", applicationId=ID)
def clean_queues(call: Call) -> Any:
    call.world.queue.drop_waiting(_app(call)["applicationId"])
    return EMPTY


@ROUTER.mutation("killBuild", applicationId=ID)
def kill_build(call: Call) -> Any:
    _app(call)
    return EMPTY


@ROUTER.mutation("clearDeployments", applicationId=ID)
def clear_deployments(call: Call) -> Any:
    """The logs go, the rows stay."""
    for row in call.state.of(call.state.deployments, "applicationId", _app(call)["applicationId"]):
        call.state.logs.pop(row["deploymentId"], None)
    return True


@ROUTER.mutation("markRunning", applicationId=ID)
def mark_running(call: Call) -> Any:
    _app(call)["applicationStatus"] = "running"
    return EMPTY


@ROUTER.query("readTraefikConfig", applicationId=ID)
def read_traefik(call: Call) -> Any:
    return call.state.traefik.get(traefik.path(_app(call)))


@ROUTER.mutation("updateTraefikConfig", applicationId=ID, traefikConfig=PRESENT_TEXT)
def update_traefik(call: Call) -> Any:
    call.state.traefik[traefik.path(_app(call))] = call.data["traefikConfig"] or ""
    return True


@ROUTER.query(
    "readLogs",
    applicationId=ID,
    tail=Number(default=100, min=1, max=10_000),
    since=Text(default="all"),
    search=OPTIONAL_TEXT,
)
def read_logs(call: Call) -> Any:
    return "".join(f"{line}\n" for line in log_of(call)[-call.data["tail"] :])


def log_of(call: Call) -> list[str]:
    """What the application's containers have written."""
    app = _app(call)
    lines = []
    for _, task in call.world.swarm.containers(app["appName"]):
        lines.append(f"{app['appName']}.{task.slot}.{task.id} | listening on port 3000")
        if task.exit_code:
            lines.append(f"{app['appName']}.{task.slot}.{task.id} | exited with code {task.exit_code}")
    return lines


@ROUTER.query("readAppMonitoring", appName=ID)
def monitoring(call: Call) -> Any:
    if call.data["appName"] not in {"dokploy", *call.world.swarm.services}:
        return None
    return {name: [] for name in ("cpu", "memory", "disk", "network", "block")}
