"""A deployment is done when the release runs, and an interrupted one is taken up again."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy import history
from dokploy.plugin.properties import UNKNOWN
from dokploy.simulator import Fault, Simulator
from dokploy.simulator.settings import Timings
from tests.dokploy.plugin.harness import CallError, Kept, Provider, wait_until
from tests.dokploy.resources.cases import GIT
from tests.dokploy.resources.deploying import Running, calls_of, deploy, slow_builds


def test_a_deployment_is_done_when_its_container_is_healthy(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept = deploy(provider, application)
    assert not kept.errors
    assert kept.id == application.id
    assert kept.state["status"] == "done"
    assert kept.state["imageOrCommit"] == "web:1"
    (record,) = simulator.state.deployments.values()
    assert kept.state["deploymentId"] == record["deploymentId"]
    assert record["title"].startswith("Pulumi [")
    assert kept.state["release"] in simulator.state.applications[application.id]["env"]


def test_the_commit_of_a_git_source_is_told(provider: Provider, project: Kept) -> None:
    application = provider.create(
        "Application", {"environmentId": project.state["defaultEnvironmentId"], "name": "web", "git": GIT}
    )
    assert re.fullmatch("[0-9a-f]{7,40}", deploy(provider, application).state["imageOrCommit"])


def test_an_update_that_fails_is_kept_and_taken_up_by_the_next_run(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept = deploy(provider, application, triggers={"generation": "1"})
    simulator.behave("pull_failure")
    other = {"applicationId": application.id, "stableSeconds": 0, "triggers": {"generation": "2"}}
    failed = provider.update(kept, other)
    assert failed.errors
    assert failed.state["status"] == "failed"
    assert provider.preview_update(failed, other)["release"] == UNKNOWN

    simulator.behave("healthy")
    provider.restart()
    done = provider.update(failed, other)
    assert not done.errors
    assert done.state["status"] == "done"


def test_a_changed_trigger_deploys_again_and_nothing_else_does(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept = deploy(provider, application, triggers={"generation": "1"})
    same = {"applicationId": application.id, "triggers": {"generation": "1"}, "title": "Other", "stableSeconds": 0}
    assert provider.preview_update(kept, same)["deploymentId"] == kept.state["deploymentId"]
    assert provider.update(kept, same).state["release"] == kept.state["release"]
    assert calls_of(simulator, "application.deploy") == 1

    other = {**same, "triggers": {"generation": "2"}}
    assert "triggers.generation" in provider.diff(kept, other).detailedDiff
    shown = provider.preview_update(kept, other)
    assert {shown[key] for key in ("deploymentId", "release", "status", "imageOrCommit")} == {UNKNOWN}
    again = provider.update(kept, other)
    assert again.state["release"] != kept.state["release"]
    assert calls_of(simulator, "application.deploy") == 2


def test_a_deployment_whose_state_was_lost_is_recognised(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    first = deploy(provider, application)
    provider.restart()
    second = deploy(provider, application)
    assert second.state == first.state
    assert calls_of(simulator, "application.deploy") == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_leaves_one_deployment(
    provider: Provider, application: Kept, simulator: Simulator, kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "ARRIVES_WITHIN_S", 0.3)
    simulator.fail(Fault(procedure="application.deploy", kind=kind))
    kept = deploy(provider, application)
    assert kept.state["status"] == "done"
    assert len(simulator.state.deployments) == 1


def test_cancel_ends_the_wait_and_the_next_run_takes_the_same_release_up(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    slow_builds(simulator, 3)
    running = Running(lambda: deploy(provider, application))
    wait_until(lambda: simulator.state.deployments)
    provider.cancel()
    failed = running.end()
    assert [row["status"] for row in simulator.state.deployments.values()] == ["running"]
    assert "the run was cancelled" in failed.errors[0]
    assert failed.state["status"] == "unproved"

    provider.restart()
    done = provider.update(failed, {"applicationId": application.id, "stableSeconds": 0})
    assert done.state["release"] == failed.state["release"]
    assert calls_of(simulator, "application.deploy") == 1


@pytest.mark.parametrize("limit", ["request", "property"])
def test_a_deployment_ends_when_its_time_is_up(
    provider: Provider, application: Kept, simulator: Simulator, limit: str
) -> None:
    slow_builds(simulator, 60)
    before = time.monotonic()
    if limit == "request":
        kept = provider.create("Deployment", {"applicationId": application.id}, timeout_s=0.5)
    else:
        kept = deploy(provider, application, timeoutSeconds=0.5)
    assert time.monotonic() - before < 3
    assert "did not end within the time-out" in kept.errors[0]


def test_a_server_that_fails_in_between_is_asked_again(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    simulator.fail(Fault(procedure="deployment.all", kind="html", times=1))
    simulator.fail(Fault(procedure="docker.getContainersByAppLabel", kind="drop_before", times=1))
    assert deploy(provider, application).state["status"] == "done"


def test_a_pruned_record_is_no_drift(provider: Provider, application: Kept, simulator: Simulator) -> None:
    kept = deploy(provider, application)
    simulator.state.deployments.clear()
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs
    assert found.state == kept.state


def test_a_deployment_of_a_deleted_application_is_gone(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    kept = deploy(provider, application)
    simulator.state.drop_application(application.id)
    provider.restart()
    assert provider.refresh(kept) is None
    provider.delete(kept)


def test_a_deployment_of_an_application_that_is_not_there_is_one_line(provider: Provider) -> None:
    with pytest.raises(CallError, match="Application not found") as failure:
        provider.create("Deployment", {"applicationId": "no-such-id"})
    assert "\n" not in failure.value.line


def test_an_import_finds_the_newest_deployment_that_succeeded(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    assert provider.import_("Deployment", application.id) is None
    kept = deploy(provider, application)
    provider.restart()
    found = provider.import_("Deployment", application.id)
    assert found is not None
    assert found.state == {key: value for key, value in kept.state.items() if key != "stableSeconds"}
    assert provider.diff(found, {"applicationId": application.id}).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_delete_touches_nothing(provider: Provider, application: Kept, simulator: Simulator) -> None:
    kept = deploy(provider, application)
    calls = len(simulator.calls)
    provider.delete(kept)
    assert "POST" not in {call.method for call in simulator.calls[calls:]}


def test_no_replica_is_no_failure(provider: Provider, project: Kept) -> None:
    application = provider.application(project.state["defaultEnvironmentId"], replicas=0)
    assert deploy(provider, application).state["status"] == "done"


def test_several_replicas_all_have_to_be_healthy(provider: Provider, project: Kept, simulator: Simulator) -> None:
    application = provider.application(project.state["defaultEnvironmentId"], replicas=3)
    simulator.timings = Timings(start_s=1.5)  # so long that a look falls into it
    assert deploy(provider, application).state["status"] == "done"
    assert "starting: 0/3 healthy" in provider.engine.text
    assert "3/3 healthy" in provider.engine.text


def test_the_progress_is_shown_beside_the_resource(provider: Provider, application: Kept) -> None:
    kept = deploy(provider, application)
    assert {urn for _, _, urn in provider.engine.lines} == {kept.urn}
    assert "pulling" in provider.engine.text
