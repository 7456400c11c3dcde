"""Sending the recorded requests to a simulator, in recorded order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
import yaml

from dokploy.simulator import Simulator, Timings

from .recordings import Exchange
from .shape import Pairs, differences

# Which image, addresses and folders a container had is the machine's affair; env, health, limits and mounts are not.
_PLACES = ("Name", "Source", "MergedDir", "UpperDir", "WorkDir", "LowerDir", "SandboxKey", "ResolvConfPath")
_FILES = ("HostnamePath", "HostsPath", "LogPath", "Path", "Args", "Cmd", "Hostname", "Image", "Log", "FailingStreak")
_ADDRESSES = ("Id", "IPAddress", "IPv4Address", "MacAddress", "NetworkID", "EndpointID", "SandboxID", "Aliases")
_TIMES = ("Pid", "Created", "StartedAt", "Start", "End")
_USED = ("MemUsage", "MemPerc", "CPUPerc", "BlockIO", "NetIO")
_LABELS = ("com.docker.swarm.node.id", "com.docker.swarm.service.id", "com.docker.swarm.task.id")
STEP_S = 0.01
"""What passes between two calls, in seconds."""

MACHINE = frozenset((*_PLACES, *_FILES, *_ADDRESSES, *_TIMES, *_LABELS))
# What belongs to the recorded machine: "" stands for a list as the whole answer, whose length may differ.
LOOSE = {
    "docker.getServiceContainersByAppName": frozenset({"", "node", "state", "currentState", "error", "containerId"}),
    "docker.getContainersByAppNameMatch": frozenset({"", "state", "status", "containerId"}),
    "docker.getContainersByAppLabel": frozenset({""}),
    "deployment.allByType": frozenset({""}),
    "docker.getConfig": MACHINE,
    "swarm.getContainerStats": frozenset({"", "Container", "ID", "Name", *_USED}),
    "docker.getContainers": frozenset({"", "state", "status", "image", "ports", "name", "containerId"}),
}
UNDER_WAY = ("running", "active", "waiting")
SETTLED = ("application.stop", "application.start", "application.delete")
FILES = ("application.readTraefikConfig", "settings.readMiddlewareTraefikConfig", "settings.readTraefikConfig")
LONG_S = 5.0
IMAGE = "127.0.0.1:5000/app:1"


@dataclass(frozen=True, kw_only=True)
class Result:
    exchange: Exchange
    differences: list[str]


class Replay:
    """One recorded run against a fresh simulator."""

    def __init__(self, sim: Simulator, stage: dict[str, list[list[Any]]]) -> None:
        self._sim = sim
        self._stage = stage
        self._pairs = Pairs()
        self._key: str | None = sim.api_key
        self._http = requests.Session()
        self._keys: dict[str, str] = {"owner": sim.api_key}
        self._second = ""
        self._seen: dict[str, dict[str, Any]] = {}

    def run(self, exchanges: list[Exchange], unsent: frozenset[str]) -> Iterator[Result]:
        """Every exchange in turn, but for those in `unsent`."""
        for exchange in exchanges:
            _collect(exchange.response, self._seen)
            _collect_name(exchange, self._seen)
        # A slow machine must not let a build end, or a cron job fire, between two calls that were made in a moment.
        self._sim.freeze()
        with self._http:
            for exchange in exchanges:
                self._sim.skip(STEP_S)
                for step in self._stage.get(exchange.id, []):
                    self._step(*step)
                if not _under_way(exchange) and (exchange.method == "GET" or exchange.procedure in SETTLED):
                    self._sim.skip(LONG_S)
                self._meet_application(exchange)
                self._meet_rows(exchange)
                if exchange.id in unsent:
                    continue
                response = self._send(exchange)
                found = list(self._compare(exchange, response))
                yield Result(exchange=exchange, differences=found)

    def _step(self, what: str, *values: Any) -> None:
        match what:
            case "behave":
                self._sim.behave(*values)
            case "restart":
                self._sim.restart()
            case "skip":
                self._sim.skip(*values)
            case "timings":
                self._sim.timings = Timings(**values[0])
            case "key":
                self._key = self._known_key(values[0])
            case "new organization":
                self._second = self._sim.add_organization("Second")
                self._keys["second"] = self._sim.add_key(self._second)
            case "member":
                self._keys["member"] = self._sim.add_key(role="member", services=self._pairs.simulated(values[0]))
            case "forget organization":
                del self._sim.state.organizations[self._second]
            case "new key":
                self._keys[values[0]] = self._sim.add_key(**values[1])
            case "meet":
                self._meet(values[0])
            case "made":
                procedure, body, recorded = values
                answer = self._post(procedure, body).json()
                for key, value in recorded.items():
                    self._pairs.note(value, answer[key])
            case "delete named":
                for key in [k for k, row in self._sim.state.applications.items() if row["name"] == values[0]]:
                    self._post("application.delete", {"applicationId": key})
            case "call":
                procedure, body = values
                self._post(procedure, body).raise_for_status()
            case _:
                raise ValueError(f"unknown step {what!r} in stage.jsonl")

    def _meet_application(self, exchange: Exchange) -> None:
        """Some applications were made by calls that were not recorded; they are made when first met."""
        source = exchange.query if exchange.method == "GET" else exchange.body
        wanted = source.get("applicationId") if isinstance(source, dict) else None
        if isinstance(wanted, str) and len(wanted) == 21 and not self._pairs.knows(wanted):
            self._meet(wanted)

    def _meet(self, wanted: str) -> None:
        known = self._seen.get(wanted, {})
        environment = self._pairs.simulated(known.get("environmentId"))
        if environment not in self._sim.state.environments:
            environment = next(iter(self._sim.state.environments))
        made = self._post("application.create", {"name": known.get("name", "made"), "environmentId": environment})
        row = made.json()
        self._pairs.note(wanted, row["applicationId"])
        self._pairs.note(known.get("appName", ""), row["appName"])
        provider = {
            "dockerImage": known.get("dockerImage") or IMAGE,
            "username": None,
            "password": None,
            "registryUrl": None,
        }
        self._post("application.saveDockerProvider", {"applicationId": wanted, **provider})

    def _meet_rows(self, exchange: Exchange) -> None:
        """The recorder found some ids by calls it did not keep: the newest deployment, the oldest other row."""
        source = exchange.query if exchange.method == "GET" else exchange.body
        state = self._sim.state
        known = self._seen.get(source.get("notificationId", "")) if isinstance(source, dict) else None
        for key, row in state.notifications.items():
            recorded = known["notificationId"] if known else ""
            if known and row["name"] == known["name"] and not (self._pairs.knows(recorded) or self._pairs.taken(key)):
                self._pairs.note(recorded, key)
        tables = {"deploymentId": state.deployments, "securityId": state.security, "redirectId": state.redirects}
        for name, table in tables.items():
            wanted = source.get(name) if isinstance(source, dict) else None
            if isinstance(wanted, str) and len(wanted) == 21 and not self._pairs.knows(wanted):
                rows = [key for key in table if not self._pairs.taken(key)]
                if rows:
                    self._pairs.note(wanted, rows[-1] if name == "deploymentId" else rows[0])

    def _known_key(self, name: str | None) -> str | None:
        return None if name is None else self._keys.get(name, name)

    def _post(self, procedure: str, body: Any) -> requests.Response:
        url, headers = f"{self._sim.url}/api/{procedure}", {"x-api-key": self._sim.api_key}
        return self._http.post(url, json=self._pairs.simulated(body), headers=headers, timeout=10)

    def _send(self, exchange: Exchange) -> requests.Response:
        headers = {} if self._key is None else {"x-api-key": self._key}
        body: str | None = None
        if exchange.method != "GET":
            headers["Content-Type"] = "application/json"
            body = json.dumps(self._pairs.simulated(exchange.body or {}))
            if isinstance(exchange.body, dict) and "__raw__" in exchange.body:
                body, headers["Content-Type"] = _raw(exchange)
        query = self._pairs.simulated(exchange.query)
        if isinstance(query, list):
            query = [tuple(pair) for pair in query]
        url = self._sim.url + exchange.path
        data = body.encode() if body is not None else None
        return self._http.request(exchange.method, url, params=query, data=data, headers=headers, timeout=10)

    def _compare(self, exchange: Exchange, response: requests.Response) -> Iterator[str]:
        if response.status_code != exchange.status:
            yield f"status: recorded {exchange.status}, simulated {response.status_code} {response.text[:200]}"
            return
        recorded, simulated = exchange.response, _body(response)
        if exchange.procedure in FILES:
            recorded, simulated = _loaded(self._pairs.simulated_file(recorded)), _loaded(simulated)
        yield from differences(recorded, simulated, self._pairs, LOOSE.get(exchange.procedure, frozenset()))


def _collect_name(exchange: Exchange, found: dict[str, dict[str, Any]]) -> None:
    """The generated name of an application from its Traefik file."""
    if exchange.procedure == "application.readTraefikConfig" and isinstance(exchange.response, str):
        name = re.search(r"^    (\S+)-router-\d+:$", exchange.response, re.MULTILINE)
        if name is not None:
            found.setdefault(exchange.query["applicationId"], {}).setdefault("appName", name[1])


def _loaded(text: Any) -> Any:
    """A Traefik file as data, whatever the order of its keys; text that is no YAML as it is."""
    try:
        return yaml.safe_load(text) if isinstance(text, str) else text
    except yaml.YAMLError:
        return text


def _collect(value: Any, found: dict[str, dict[str, Any]]) -> None:
    """Every application and notification in a recorded answer, by its id; the fullest one stays."""
    if isinstance(value, dict):
        key = value.get("applicationId") or value.get("notificationId")
        if isinstance(key, str) and "name" in value and len(value) > len(found.get(key, {})):
            found[key] = value
        for item in value.values():
            _collect(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect(item, found)


def _under_way(exchange: Exchange) -> bool:
    """Whether the recorded answer shows a build or a queue that had not come to its end."""
    rows = exchange.response if isinstance(exchange.response, list) else [exchange.response]
    states = ("applicationStatus",) if exchange.procedure.startswith("application") else ("status", "state")
    if not exchange.procedure.startswith(("application", "deployment")):
        return False
    return any(isinstance(row, dict) and row.get(name) in UNDER_WAY for row in rows for name in states)


def _body(response: requests.Response) -> Any:
    """As the recorder kept it: JSON where it is JSON, text otherwise, "" for an empty body."""
    try:
        return response.json()
    except ValueError:
        return response.text


def _raw(exchange: Exchange) -> tuple[str, str]:
    """The body that was not sent as JSON, and its content type."""
    raw: str = exchange.body["__raw__"]
    if exchange.status == 413:
        return json.dumps({"name": "x" * 1_200_000}), "application/json"
    if exchange.status == 415:
        kind = "text/plain" if "text/plain" in exchange.note else "application/x-www-form-urlencoded"
        return raw, kind
    return raw, "application/json"
