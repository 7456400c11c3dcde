"""What answers under an application's domain: the app behind Traefik, never the API."""

from __future__ import annotations

import pytest
import requests

from dokploy.simulator import Simulator
from tests.engine.by_hand import ByHand

HOST = "chat.example.com"


@pytest.fixture
def simulator(sim: Simulator) -> Simulator:
    return sim


@pytest.fixture
def application(simulator: Simulator) -> str:
    call = ByHand(simulator)
    environment = call("project.create", name="chat")["environment"]["environmentId"]
    id = str(call("application.create", name="web", environmentId=environment)["applicationId"])
    call("application.update", applicationId=id, sourceType="docker", dockerImage="web:1")
    call("domain.create", applicationId=id, host=HOST, port=3000, path="/", https=False)
    return id


def ask(simulator: Simulator, path: str = "/", host: str = HOST) -> requests.Response:
    return requests.get(f"{simulator.url}{path}", headers={"Host": host}, timeout=5)


def deploy(simulator: Simulator, application: str) -> None:
    ByHand(simulator)("application.deploy", applicationId=application)
    simulator.skip(5)


def test_the_health_endpoint_answers_as_the_procedure_says(simulator: Simulator, application: str) -> None:
    deploy(simulator, application)
    body = ask(simulator, "/api/health").json()
    assert body["status"] == "ok"
    assert 4 < body["uptime"] < 6
    simulator.skip(60)
    assert ask(simulator, "/api/health").json()["uptime"] > 60


def test_before_the_first_deployment_and_after_a_stop_nothing_is_behind_it(
    simulator: Simulator, application: str
) -> None:
    assert ask(simulator).status_code == 502
    deploy(simulator, application)
    assert ask(simulator).status_code == 200
    ByHand(simulator)("application.stop", applicationId=application)
    simulator.skip(5)
    assert ask(simulator).status_code == 502


@pytest.mark.parametrize("host", ["other.example.com", "chat.example.com.evil.example"])
def test_a_host_of_no_domain_is_not_found(simulator: Simulator, application: str, host: str) -> None:
    deploy(simulator, application)
    assert ask(simulator, host=host).status_code == 404


def test_the_api_is_not_reached_through_a_domain(simulator: Simulator, application: str) -> None:
    deploy(simulator, application)
    answer = ask(simulator, "/api/project.all")
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "project" not in answer.text


def test_what_was_asked_of_the_app_is_no_call_of_dokploys(simulator: Simulator, application: str) -> None:
    deploy(simulator, application)
    before = len(simulator.calls)
    ask(simulator, "/api/health")
    assert len(simulator.calls) == before
