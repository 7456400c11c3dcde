"""A release that an interrupted run has asked for is found wherever it has got to, also while it moves on."""

from __future__ import annotations

import time

import pytest

from dokploy import polling
from dokploy.simulator import Fault, Simulator
from dokploy.simulator.settings import Timings
from tests.dokploy.plugin.harness import Kept, Provider, wait_until
from tests.dokploy.resources.cases import CHECK, GIT
from tests.dokploy.resources.deploying import Running, calls_of, deploy

STAGE_S = 10.0
STAGES = ("waits for another application", "is built", "is made by Swarm", "starts", "serves")
OFFSETS_S = tuple(range(0, 50, 4))
"""When the next run begins: several moments of each stage."""


@pytest.fixture(params=[{}, {"image": None, "git": GIT}], ids=["image", "git"])
def interrupted(
    provider: Provider,
    project: Kept,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Kept:
    """An application whose deployment was cut off a moment after it was asked for, behind that of another one."""
    monkeypatch.setattr(polling, "FIRST_S", 0.002)
    monkeypatch.setattr(polling, "LONGEST_S", 0.002)
    simulator.world.clock.freeze(time.time())
    simulator.timings = Timings(build_s=STAGE_S, start_s=STAGE_S, healthy_s=STAGE_S, monitor_s=0.0)
    environment = project.state["defaultEnvironmentId"]
    other = provider.application(environment, name="other")
    application = provider.application(environment, healthCheck=CHECK, **request.param)
    simulator.world.queue.add(other.id, "deploy", "another", "", simulator.world.now())
    running = Running(lambda: deploy(provider, application))
    wait_until(lambda: calls_of(simulator, "deployment.queueList"))
    provider.cancel()
    assert running.end().errors
    provider.restart()
    return application


@pytest.mark.parametrize("pace_s", [1, 4, 11])
@pytest.mark.parametrize("offset_s", OFFSETS_S)
def test_it_is_never_asked_for_twice(
    provider: Provider, interrupted: Kept, simulator: Simulator, offset_s: float, pace_s: float
) -> None:
    skip = simulator.world.clock.skip
    skip(offset_s)
    # Time passes with every answer that the next run gets, so that it sees each move between any two looks.
    simulator.fail(Fault(procedure="*", kind="delay", seconds=0, times=10_000, meanwhile=lambda: skip(pace_s)))
    kept = deploy(provider, interrupted)
    assert not kept.errors
    assert kept.state["status"] == "done"
    assert calls_of(simulator, "application.deploy") == 1
    assert kept.state["deploymentId"] in simulator.state.deployments
