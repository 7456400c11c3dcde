"""What has to succeed before a running release is replaced."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import Kept, Provider
from tests.dokploy.resources.deploying import calls_of, deploy


def schedule(provider: Provider, application: Kept, command: str = "true") -> Kept:
    given = {"applicationId": application.id, "name": "backup", "cronExpression": "0 2 * * *", "command": command}
    return provider.create("Schedule", given)


def deploy_again(provider: Provider, kept: Kept, *schedules: Kept) -> Kept:
    provider.restart()
    inputs: dict[str, Any] = {"applicationId": kept.id, "stableSeconds": 0, "triggers": {"generation": "2"}}
    return provider.update(kept, {**inputs, "runBefore": [each.id for each in schedules]})


def test_a_backup_comes_before_the_deployment_of_a_running_application(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept, backup = deploy(provider, application), schedule(provider, application)
    assert not deploy_again(provider, kept, backup).errors
    writes = [call.procedure for call in simulator.calls if call.method == "POST"]
    assert writes[-3:] == ["schedule.runManually", "application.update", "application.deploy"]


def test_a_first_deployment_has_nothing_to_back_up(provider: Provider, application: Kept, simulator: Simulator) -> None:
    backup = schedule(provider, application)
    assert not deploy(provider, application, runBefore=[backup.id]).errors
    assert calls_of(simulator, "schedule.runManually") == 0


def test_a_stopped_application_has_nothing_that_could_back_up(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept, backup = deploy(provider, application), schedule(provider, application)
    simulator.world.swarm.scale(application.state["appName"], 0, simulator.world.now())
    simulator.skip(1)
    assert not deploy_again(provider, kept, backup).errors
    assert calls_of(simulator, "schedule.runManually") == 0


def test_a_backup_that_fails_stops_the_deployment_before_it_began(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept, backup = deploy(provider, application), schedule(provider, application, "echo no space; exit 1")
    release = kept.state["release"]
    failed = deploy_again(provider, kept, backup)
    assert failed.errors[0].startswith("deployment of web failed: the backup before it failed")
    assert "exit 1" in failed.errors[0]
    assert "Nothing was deployed. Mend the backup first" in failed.errors[0]
    assert calls_of(simulator, "application.deploy") == 1
    assert release in simulator.state.applications[application.id]["env"]

    simulator.state.schedules[backup.id]["command"] = "true"
    assert deploy_again(provider, failed, backup).state["status"] == "done"


def test_every_backup_is_run_and_the_first_that_fails_is_the_last(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept = deploy(provider, application)
    good, bad = schedule(provider, application), schedule(provider, application, "false")
    assert deploy_again(provider, kept, good, bad, good).errors
    assert calls_of(simulator, "schedule.runManually") == 2


@pytest.mark.parametrize("kind", ["status500", "drop_before"])
def test_a_backup_that_did_not_begin_stops_the_deployment(
    provider: Provider, application: Kept, simulator: Simulator, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.resources.deployment_backup.ARRIVES_WITHIN_S", 0.3)
    kept, backup = deploy(provider, application), schedule(provider, application)
    simulator.fail(Fault(procedure="schedule.runManually", kind=kind))
    assert "the backup before it could not be run" in deploy_again(provider, kept, backup).errors[0]
    assert calls_of(simulator, "application.deploy") == 1


@pytest.mark.parametrize(("command", "status"), [("true", "done"), ("false", "failed")])
def test_a_backup_that_outlasts_every_answer_is_followed_to_its_end(
    provider: Provider, application: Kept, simulator: Simulator, command: str, status: str
) -> None:
    kept, backup = deploy(provider, application), schedule(provider, application, command)
    simulator.fail(Fault(procedure="schedule.runManually", kind="drop_after"))
    assert deploy_again(provider, kept, backup).state["status"] == status
    assert calls_of(simulator, "schedule.runManually") == 1
    assert calls_of(simulator, "application.deploy") == (2 if status == "done" else 1)


def test_a_run_that_takes_a_deployment_up_makes_no_second_backup(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept, backup = deploy(provider, application), schedule(provider, application)
    first = deploy_again(provider, kept, backup)
    # The state of before, as after a run that was killed.
    assert deploy_again(provider, kept, backup).state["release"] == first.state["release"]
    assert calls_of(simulator, "schedule.runManually") == 1
