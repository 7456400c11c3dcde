"""A running simulator and a small client for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from dokploy.simulator import Simulator


class Api:
    """Calls with the owner's key; the answer must be 200 unless the raw response is asked for."""

    def __init__(self, sim: Simulator, key: str | None = None) -> None:
        self.sim = sim
        self.key = key or sim.api_key

    def raw(self, method: str, procedure: str, **options: Any) -> requests.Response:
        headers = {"x-api-key": self.key, **options.pop("headers", {})}
        url = f"{self.sim.url}/api/{procedure}"
        return requests.request(method, url, headers=headers, timeout=5, **options)

    def get(self, procedure: str, **query: Any) -> Any:
        return self._body(self.raw("GET", procedure, params=query))

    def post(self, procedure: str, **body: Any) -> Any:
        return self._body(self.raw("POST", procedure, json=body))

    @staticmethod
    def _body(response: requests.Response) -> Any:
        assert response.status_code == 200, response.text
        return response.json() if response.content else None

    def application(self, name: str = "web", **settings: Any) -> dict[str, Any]:
        """A new application with an image, a health check and rollback."""
        made = self.post("project.create", name="shop")
        environment = made["environment"]["environmentId"]
        app: dict[str, Any] = self.post("application.create", name=name, environmentId=environment)
        values = {
            "sourceType": "docker",
            "dockerImage": "registry.example.com/web:1",
            "healthCheckSwarm": {"Test": ["CMD-SHELL", "true"], "Interval": 1_000_000_000, "Retries": 3},
            **settings,
        }
        self.post("application.update", applicationId=app["applicationId"], **values)
        return app

    def deploy(self, app: dict[str, Any], **body: Any) -> None:
        assert self.post("application.deploy", applicationId=app["applicationId"], **body) is None

    def deployments(self, app: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("deployment.all", applicationId=app["applicationId"])
        return found

    def tasks(self, app: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("docker.getServiceContainersByAppName", appName=app["appName"])
        return found

    def running(self, app: dict[str, Any]) -> list[dict[str, Any]]:
        """`docker inspect` of the running containers."""
        listed = self.get("docker.getContainersByAppLabel", appName=app["appName"], type="swarm")
        return [self.get("docker.getConfig", containerId=row["containerId"]) for row in listed]

    def releases(self, app: dict[str, Any]) -> list[tuple[str, str]]:
        """First variable and health of each running container."""
        found = []
        for container in self.running(app):
            health = container["State"].get("Health", {}).get("Status", "none")
            found.append((container["Config"]["Env"][0], health))
        return sorted(found)


@pytest.fixture
def sim() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def api(sim: Simulator) -> Api:
    return Api(sim)


def until(condition: Callable[[], bool], within_s: float = 3.0) -> None:
    """Wait in real time, as the provider does."""
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)
