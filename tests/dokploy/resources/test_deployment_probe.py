"""The proof from outside, through the server's front."""

from __future__ import annotations

import time
from typing import Any

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider, wait_until
from tests.dokploy.resources.deploying import Running, calls_of, deploy

HOST = "chat.example.com"


def domain(provider: Provider, application: Kept) -> Kept:
    return provider.create("Domain", {"applicationId": application.id, "host": HOST})


def probe(simulator: Simulator, **change: Any) -> dict[str, Any]:
    return {"url": f"http://{HOST}/api/health", "address": simulator.url, "timeoutSeconds": 0.5, **change}


@pytest.mark.parametrize("contract", ["any", "health"])
def test_a_release_that_answers_from_outside_is_proved(
    provider: Provider, application: Kept, simulator: Simulator, contract: str
) -> None:
    domain(provider, application)
    assert deploy(provider, application, probe=probe(simulator, contract=contract)).state["status"] == "done"
    assert f"asking http://{HOST}/api/health: answers as it should" in provider.engine.text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"url": "http://other.example.com/api/health"}, "it answers with status 404 in place of 200"),
        ({"status": 204}, "it answers with status 200 in place of 204"),
        ({"url": f"http://{HOST}/", "contract": "health"}, "its body is not JSON"),
        ({"address": "http://127.0.0.1:9"}, "it does not answer (ConnectionError)"),
    ],
)
def test_a_release_that_cannot_be_reached_fails_with_what_was_answered(
    provider: Provider, application: Kept, simulator: Simulator, change: dict[str, Any], reason: str
) -> None:
    domain(provider, application)
    failed = deploy(provider, application, probe=probe(simulator, **change))
    assert failed.state["status"] == "unproved"
    assert f"the release runs, but {change.get('url', f'http://{HOST}/api/health')} is not right" in failed.errors[0]
    assert f"within 0.5 s: {reason}" in failed.errors[0]
    assert "check the DNS record, the certificate, and the domain's port" in failed.errors[0]


def test_what_was_not_reached_is_asked_again_by_the_next_run_and_not_deployed_again(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    asked = probe(simulator, contract="health")
    failed = deploy(provider, application, probe=asked)
    assert failed.state["status"] == "unproved"
    domain(provider, application)
    # It has been up for longer than the next run will last.
    simulator.skip(3600)
    provider.restart()
    done = provider.update(failed, {"applicationId": application.id, "stableSeconds": 0, "probe": asked})
    assert done.state["status"] == "done"
    assert done.state["release"] == failed.state["release"]
    assert calls_of(simulator, "application.deploy") == 1


def test_an_older_release_that_answers_is_no_proof(
    provider: Provider, application: Kept, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain(provider, application)
    monkeypatch.setattr("dokploy.simulator.front._uptime", lambda task, now: 86_400.0)
    failed = deploy(provider, application, probe=probe(simulator, contract="health"))
    assert "it has been up for 86400 s: an older release answers" in failed.errors[0]


def test_the_time_limit_of_the_whole_deployment_ends_the_asking(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    began = time.monotonic()
    asked = probe(simulator, timeoutSeconds=60)
    failed = deploy(provider, application, timeoutSeconds=1.5, probe=asked)
    assert time.monotonic() - began < 4
    assert "within 60 s" not in failed.errors[0]
    assert "it answers with status 404" in failed.errors[0]


def test_cancel_ends_the_asking(provider: Provider, application: Kept, simulator: Simulator) -> None:
    running = Running(lambda: deploy(provider, application, probe=probe(simulator, timeoutSeconds=60)))
    wait_until(lambda: "asking" in provider.engine.text)
    provider.cancel()
    assert "the run was cancelled while the release was asked from outside" in running.end().errors[0]
