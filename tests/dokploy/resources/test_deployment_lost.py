"""Deployments that another one replaces, or that Dokploy gives up."""

from __future__ import annotations

import pytest

from dokploy import history
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider, wait_until
from tests.dokploy.resources.cases import CHECK
from tests.dokploy.resources.deploying import Running, calls_of, deploy, slow_builds


def test_a_deployment_that_another_one_replaces_says_so(
    provider: Provider, application: Kept, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.serving.UNWANTED_FOR_S", 0.3)
    slow_builds(simulator, 0.5)
    running = Running(lambda: deploy(provider, application, stableSeconds=30))
    wait_until(lambda: "watching" in provider.engine.text)
    with Provider(simulator) as other:
        deploy(other, application, triggers={"revision": "of somebody else"})
    assert "another deployment of the same application took its place meanwhile" in running.end(15).errors[0]


def test_a_record_that_says_running_for_ever_is_given_up_and_the_next_run_deploys_anew(
    provider: Provider, application: Kept, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "STUCK_AFTER_S", 0.3)
    slow_builds(simulator, 60)
    running = Running(lambda: deploy(provider, application))
    wait_until(lambda: simulator.state.deployments)
    # As when its database is away at the moment of the end: the job is gone and the record says running.
    with simulator.world.lock:
        simulator.world.queue.active = None
    failed = running.end()
    assert "Dokploy has given it up although its record says running" in failed.errors[0]

    slow_builds(simulator, 0.1)
    provider.restart()
    done = provider.update(failed, {"applicationId": application.id, "stableSeconds": 0})
    assert done.state["status"] == "done"
    assert calls_of(simulator, "application.deploy") == 2


def test_the_log_of_a_failure_is_its_last_twenty_lines_without_secrets(
    provider: Provider, project: Kept, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "n0t-to-be-shown-4711"
    lines = [*(f"line {number}" for number in range(40)), f"cannot log in with {secret}"]
    monkeypatch.setattr("dokploy.simulator.procedures.application_runs.log_of", lambda call: lines)
    simulator.behave("crash")
    application = provider.application(
        project.state["defaultEnvironmentId"], healthCheck=CHECK, env={"JWT_SECRET": secret}
    )
    (error,) = deploy(provider, application).errors
    shown = [line for line in error.splitlines() if line.startswith("  | ")]
    assert len(shown) == 20
    assert shown[0] == "  | line 21"
    assert shown[-1].startswith("  | cannot log in with ")
    assert secret not in error + provider.engine.text
