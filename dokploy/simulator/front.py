"""What Traefik and the applications behind it would answer: a stand-in for what no recording of the API shows.

A request whose Host is a domain of an application reaches that application's container, as far as a deployment is
proved by it: the health endpoint answers as the operating procedure says, every other path with an empty page.
"""

from __future__ import annotations

import json
from ipaddress import ip_address

from werkzeug import Request, Response

from .clock import iso
from .services import Task
from .world import World


def answer(world: World, request: Request) -> Response | None:
    """The answer of what is behind a domain; None for a request to Dokploy itself."""
    host = request.host.partition(":")[0]
    if _is_dokploy(host):
        return None
    with world.lock:
        world.agenda.catch_up()
        app_name = _app_name(world, host)
        if app_name is None:
            return Response("404 page not found\n", 404, content_type="text/plain")
        task = next((task for _, task in world.swarm.containers(app_name) if _serves(task)), None)
        if task is None or task.started is None:
            return Response("Bad Gateway", 502, content_type="text/plain")
        now = world.now()
        if request.path == "/api/health":
            return _json({"status": "ok", "timestamp": iso(now), "uptime": round(_uptime(task, now), 3)})
        return Response("", 200, content_type="text/html")


def _is_dokploy(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _app_name(world: World, host: str) -> str | None:
    for domain in world.state.domains.values():
        if domain["host"] == host and domain["enabled"]:
            application = world.state.applications.get(domain["applicationId"])
            return str(application["appName"]) if application else None
    return None


def _uptime(task: Task, now: float) -> float:
    return now - (task.started or now)


def _serves(task: Task) -> bool:
    return task.alive and task.health in (None, "healthy")


def _json(body: dict[str, object]) -> Response:
    return Response(json.dumps(body), 200, content_type="application/json")
