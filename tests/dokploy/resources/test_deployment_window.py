"""A release has to stay healthy for as long as Swarm may still go back."""

from __future__ import annotations

import time

import pytest

from dokploy.simulator import Simulator
from dokploy.simulator.settings import Timings
from tests.dokploy.plugin.harness import Kept, Provider
from tests.dokploy.resources.cases import CHECK
from tests.dokploy.resources.deploying import deploy

WATCHED = {"healthCheck": CHECK, "updatePolicy": {"parallelism": 1, "order": "start-first", "monitorSeconds": 1}}


def test_a_release_that_ends_after_it_was_healthy_fails(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    simulator.behave("healthy_then_crash")
    simulator.timings = Timings(late_crash_s=0.5)
    application = provider.application(project.state["defaultEnvironmentId"], healthCheck=CHECK)
    failed = deploy(provider, application, stableSeconds=5)
    assert failed.state["status"] == "failed"
    assert failed.errors[0].startswith(
        "deployment of web failed: the new release was healthy and then ended: task: non-zero exit (1)"
    )


def test_a_release_that_swarm_takes_back_in_the_window_fails(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    policy = {**WATCHED["updatePolicy"], "failureAction": "rollback"}  # type: ignore[dict-item] # a dict underneath
    application = provider.application(
        project.state["defaultEnvironmentId"], **{**WATCHED, "updatePolicy": policy}, image={"reference": "web:1"}
    )
    kept = deploy(provider, application, triggers={"generation": "1"})
    simulator.behave("healthy_then_crash")
    # Swarm's own watch outlasts the crash.
    simulator.timings = Timings(late_crash_s=0.4, monitor_s=5)
    other = {"applicationId": application.id, "stableSeconds": 5, "triggers": {"generation": "2"}}
    assert "was healthy and then ended" in provider.update(kept, other).errors[0]


def test_the_window_is_the_monitor_time_of_the_update_policy(provider: Provider, project: Kept) -> None:
    application = provider.application(project.state["defaultEnvironmentId"], **WATCHED)
    began = time.monotonic()
    assert deploy(provider, application, stableSeconds=None).state["status"] == "done"
    assert time.monotonic() - began > 1
    assert "watching: 1/1 healthy, Swarm may still go back" in provider.engine.text


def test_no_update_is_over_before_its_proof(provider: Provider, project: Kept, simulator: Simulator) -> None:
    """Proved is a release that is healthy and has been so for as long as Swarm watches. `make bench` prints how long
    after it an update goes on."""
    application = provider.application(project.state["defaultEnvironmentId"], **WATCHED)
    late = []
    for number in range(3):
        deploy(provider, application, stableSeconds=0.7, triggers={"revision": str(number)})
        over = simulator.world.now()
        service = simulator.world.swarm.services[application.state["appName"]]
        (task,) = service.current(1)
        late.append(over - task.since - 0.7)
    assert min(late) >= 0, late


def test_an_old_container_that_ends_with_an_error_says_nothing_of_its_successor(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    application = provider.application(project.state["defaultEnvironmentId"], **WATCHED)
    kept = deploy(provider, application, triggers={"generation": "1"})
    (old,) = simulator.world.swarm.services[application.state["appName"]].tasks
    simulator.timings = Timings(healthy_s=0.6, linger_s=0.1)

    stopped = simulator.world.swarm._shut_down

    def with_an_error(service: object, task: object, now: float) -> None:
        stopped(service, task, now)  # type: ignore[arg-type] # what it was called with
        if task is old:
            # As `docker service ps` shows a program that does not handle the signal to stop.
            simulator.world.agenda.at(now + 0.2, lambda _: setattr(old, "state", "Failed"))
            old.error, old.exit_code = '"task: non-zero exit (143)"', 143

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(simulator.world.swarm, "_shut_down", with_an_error)
        other = {"applicationId": application.id, "stableSeconds": 1, "triggers": {"generation": "2"}}
        again = provider.update(kept, other)
    assert old.state == "Failed"
    assert not again.errors
