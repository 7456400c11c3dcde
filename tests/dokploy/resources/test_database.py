"""Redis and Postgres: deployed in the call that stores them, with a volume that outlives them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from dokploy.simulator import Fault, Simulator, Timings
from tests.dokploy.plugin.harness import CallError, Kept, Provider, wait_until
from tests.dokploy.resources.case import Case, with_change
from tests.dokploy.resources.database_cases import CASES, REDIS

each = pytest.mark.parametrize("case", CASES, ids=str)


def service(simulator: Simulator, kept: Kept) -> Any:
    return simulator.world.swarm.services.get(kept.state["appName"])


def calls_since(simulator: Simulator, before: int, case: Case) -> list[str]:
    """The writes of this kind of database."""
    router = case.kind.lower()
    found = [call.procedure for call in simulator.calls[before:] if call.method == "POST"]
    return [name.removeprefix(f"{router}.") for name in found if name.startswith(router)]


@each
def test_it_runs_once_it_is_created(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, _ = case.make(provider)
    assert simulator.state.databases[case.kind.lower()][kept.id]["applicationStatus"] == "done"
    assert service(simulator, kept) is not None
    app_name = kept.state["appName"]
    assert app_name.startswith("store-")
    assert kept.state["volumeName"] == f"{app_name}-data"
    assert kept.state["volumeName"] in simulator.world.swarm.volumes
    assert kept.state["internalUrl"].endswith(
        f":s3cret-of-store@{app_name}:6379" if case is REDIS else f"robot:s3cret-of-store@{app_name}:5432/chat"
    )
    assert ("internalUrl",) in kept.secrets


@each
def test_a_failed_pull_keeps_it_with_the_reason_and_the_next_update_deploys_it(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    simulator.behave("pull_failure", match="store")
    kept, properties = case.make(provider)
    (reason,) = kept.errors
    assert f"manifest for {properties['image']} not found" in reason
    assert reason.endswith("run the update again (`make up` or `pulumi up`)")
    assert "\n" not in reason
    assert "s3cret" not in reason
    assert list(case.rows(simulator)) == [kept.id]
    refreshed = provider.refresh(kept)
    assert refreshed is not None
    assert "its last deployment failed" in refreshed.errors[0]
    assert refreshed.inputs == kept.inputs
    simulator.behave("healthy", match="store")
    repaired = provider.update(refreshed, properties)
    assert not repaired.errors
    assert service(simulator, repaired) is not None
    found = provider.refresh(repaired)
    assert found is not None
    assert not found.errors


@each
def test_an_update_to_an_image_that_is_not_there_is_repaired_by_the_next(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    kept, properties = case.make(provider)
    simulator.behave("pull_failure", match="store")
    failed = provider.update(kept, with_change(properties, {"image": "nowhere:1"}))
    assert "manifest for nowhere:1 not found" in failed.errors[0]
    simulator.behave("healthy", match="store")
    assert not provider.update(failed, properties).errors
    assert service(simulator, kept).release.image == properties["image"]


@each
def test_one_that_does_not_come_up_says_why(
    provider: Provider, simulator: Simulator, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.settling.SETTLES_WITHIN_S", 0.3)
    simulator.timings = Timings(start_s=60)
    kept, _ = case.make(provider)
    (reason,) = kept.errors
    assert "does not run: not in 0.3 s" in reason


@each
def test_a_cancelled_create_keeps_what_was_made(provider: Provider, simulator: Simulator, case: Case) -> None:
    simulator.timings = Timings(start_s=60)
    properties = case.properties(provider)
    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(provider.create, case.kind, properties)
        wait_until(lambda: "starting" in provider.engine.text)
        provider.cancel()
        kept = making.result(10)
    assert "the run was cancelled" in kept.errors[0]
    assert list(case.rows(simulator)) == [kept.id]


@each
def test_a_name_or_a_description_does_not_deploy_again(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    before = len(simulator.calls)
    provider.update(kept, with_change(properties, {"name": "storage", "description": "New"}))
    assert calls_since(simulator, before, case) == ["update"]


@each
def test_an_update_to_the_same_writes_nothing(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    before = len(simulator.calls)
    provider.update(kept, properties)
    assert calls_since(simulator, before, case) == []


@each
def test_variables_in_another_spelling_are_the_same(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, properties = case.make(provider)
    simulator.state.databases[case.kind.lower()][kept.id]["env"] = "# by hand\nA='1'\n"
    provider.restart()
    before = len(simulator.calls)
    provider.update(kept, properties)
    assert calls_since(simulator, before, case) == []


@each
def test_a_port_is_opened_with_one_deployment_and_closed_again(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    kept, properties = case.make(provider)
    before = len(simulator.calls)
    changed = provider.update(kept, with_change(properties, {"externalPort": 6390, "env": {"A": "2"}}))
    assert calls_since(simulator, before, case) == ["update", "saveExternalPort"]
    row = simulator.state.databases[case.kind.lower()][kept.id]
    assert row["externalPort"] == 6390
    provider.update(changed, properties)
    assert row["externalPort"] is None


@each
def test_an_update_that_was_killed_before_it_deployed_is_deployed_by_the_next(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    kept, properties = case.make(provider)
    # What the killed run has written and not deployed.
    simulator.state.databases[case.kind.lower()][kept.id]["dockerImage"] = "other:1"
    provider.restart()
    before = len(simulator.calls)
    provider.update(kept, with_change(properties, {"image": "other:1"}))
    assert calls_since(simulator, before, case) == ["deploy"]
    assert service(simulator, kept).release.image == "other:1"


@each
def test_a_password_is_changed_in_the_database_and_in_the_address(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    kept, properties = case.make(provider)
    after = with_change(properties, {"password": "another-s3cret"})
    shown = provider.preview_update(kept, after)
    assert shown["internalUrl"] != kept.state["internalUrl"]
    before = len(simulator.calls)
    changed = provider.update(kept, after)
    assert calls_since(simulator, before, case) == ["changePassword"]
    assert "another-s3cret" in changed.state["internalUrl"]


@each
def test_a_password_is_changed_once_the_old_container_has_stopped(
    provider: Provider, simulator: Simulator, case: Case
) -> None:
    # Right after a deployment the call fails for a while, on the container that is on its way out.
    kept, properties = case.make(provider)
    simulator.fail(Fault(procedure=f"{case.kind.lower()}.changePassword", kind="echo", times=2))
    changed = provider.update(kept, with_change(properties, {"password": "another-s3cret", "image": "next:1"}))
    assert not changed.errors
    row = simulator.state.databases[case.kind.lower()][kept.id]
    assert row["databasePassword"] == "another-s3cret"
    assert "waiting for the old container to end" in provider.engine.text
    assert "another-s3cret" not in provider.engine.text


@each
def test_a_password_that_stays_refused_is_one_line_and_tried_again(
    provider: Provider, simulator: Simulator, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, properties = case.make(provider)
    monkeypatch.setattr("dokploy.settling.SETTLES_WITHIN_S", 0.3)
    simulator.fail(Fault(procedure=f"{case.kind.lower()}.changePassword", kind="echo", times=99))
    after = with_change(properties, {"password": "another-s3cret"})
    failed = provider.update(kept, after)
    (reason,) = failed.errors
    assert reason.startswith(f"{case.kind.lower()}.changePassword: ")
    assert "another-s3cret" not in reason
    simulator.heal()
    assert not provider.update(failed, after).errors
    assert simulator.state.databases[case.kind.lower()][kept.id]["databasePassword"] == "another-s3cret"


@each
def test_what_is_adopted_gets_the_password_asked_for_now(provider: Provider, simulator: Simulator, case: Case) -> None:
    properties = case.properties(provider)
    simulator.fail(Fault(procedure=f"{case.kind.lower()}.deploy", kind="drop_before", times=9))
    provider.create(case.kind, properties)
    simulator.heal()
    provider.restart()
    kept = provider.create(case.kind, with_change(properties, {"password": "another-s3cret"}))
    assert not kept.errors
    (row,) = case.rows(simulator).values()
    assert row["databasePassword"] == "another-s3cret"


@each
def test_a_lost_answer_of_a_deployment_is_no_failure(provider: Provider, simulator: Simulator, case: Case) -> None:
    simulator.fail(Fault(procedure=f"{case.kind.lower()}.deploy", kind="drop_after"))
    kept, _ = case.make(provider)
    assert not kept.errors


@each
def test_a_delete_says_that_the_volume_stays(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, _ = case.make(provider)
    provider.delete(kept)
    assert service(simulator, kept) is None
    assert kept.state["volumeName"] in simulator.world.swarm.volumes
    assert f"the volume {kept.state['volumeName']} stays on the server with its data" in provider.engine.text


@each
def test_a_volume_is_removed_where_that_is_asked_for(provider: Provider, simulator: Simulator, case: Case) -> None:
    kept, _ = case.make(provider, removeVolume=True)
    provider.delete(kept)
    assert kept.state["volumeName"] not in simulator.world.swarm.volumes
    assert "stays" not in provider.engine.text
    provider.delete(kept)


@each
def test_a_delete_that_stopped_half_way_still_removes_the_volume(
    provider: Provider, simulator: Simulator, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.settling.SETTLES_WITHIN_S", 0.3)
    kept, _ = case.make(provider, removeVolume=True)
    simulator.fail(Fault(procedure="dockerVolume.removeVolume", kind="echo", times=99))
    with pytest.raises(CallError, match=r"^dockerVolume\.removeVolume: ") as failure:
        provider.delete(kept)
    assert "\n" not in failure.value.line
    assert not case.rows(simulator)
    simulator.heal()
    provider.delete(kept)
    assert kept.state["volumeName"] not in simulator.world.swarm.volumes
