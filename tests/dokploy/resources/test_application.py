"""What is particular to an application: sources, variables, what needs a deployment, and failures half-way."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from dokploy.client import DokployClient
from dokploy.plugin.properties import UNKNOWN
from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider, wait_until
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.cases import APPLICATION

ODD_VALUES = {
    "PLAIN": "production",
    "EMPTY": "",
    "BLANKS": "  around  ",
    "HASH": "a#b # c",
    "DOLLAR": "$HOME ${HOME} %PATH%",
    "SINGLE": "it's",
    "DOUBLE": 'say "hi"',
    "BOTH": 'it\'s "both"',
    "BACKTICK": "a `b` c",
    "BACKSLASH": r"C:\new\folder",
    "LINES": "one\ntwo\n\nfour",
    "JSON": '{"a": [1, "two"], "b": null}',
    "UNICODE": "naïve 日本 🎉",
    "EQUALS": "a=b=c",
    "EXPORT": "export X=1",
}


def row_of(simulator: Simulator, kept: Kept) -> dict[str, Any]:
    return simulator.state.applications[kept.id]


def container_env(simulator: Simulator, kept: Kept) -> dict[str, str]:
    """What the newest container of the application was started with."""
    client = DokployClient(simulator.url, simulator.api_key)
    listed = client.query("docker.getContainersByAppLabel", appName=kept.state["appName"], type="swarm")
    configuration = client.query("docker.getConfig", containerId=listed[0]["containerId"])
    client.close()
    return dict(entry.split("=", 1) for entry in configuration["Config"]["Env"])


def test_values_reach_the_container_unchanged(provider: Provider, simulator: Simulator) -> None:
    kept, _ = APPLICATION.make(provider, env=ODD_VALUES)
    provider.create("Deployment", {"applicationId": kept.id, "stableSeconds": 0})
    assert container_env(simulator, kept).items() >= ODD_VALUES.items()


def test_the_release_is_hidden_on_read_and_survives_a_change_of_the_variables(
    provider: Provider, simulator: Simulator
) -> None:
    kept, properties = APPLICATION.make(provider)
    deployment = provider.create("Deployment", {"applicationId": kept.id, "stableSeconds": 0})
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs
    provider.update(kept, with_change(properties, {"env": {"A": "2"}}))
    assert deployment.state["release"] in row_of(simulator, kept)["env"]
    provider.update(kept, with_change(properties, {"env": None}))
    assert deployment.state["release"] in row_of(simulator, kept)["env"]


BLANKS = [
    ("args", []),
    ("command", ""),
    ("registryUrl", ""),
    ("buildArgs", ""),
    ("buildSecrets", ""),
]


@pytest.mark.parametrize(("column", "blank"), BLANKS)
def test_what_dokploy_keeps_empty_instead_of_null_is_the_same(
    provider: Provider, simulator: Simulator, column: str, blank: Any
) -> None:
    change = {"args": None, "command": None, "description": None, "image": {"reference": "web:1"}}
    kept, properties = APPLICATION.make(provider, **change)
    row_of(simulator, kept)[column] = blank
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs
    calls = len(simulator.calls)
    provider.update(kept, properties)
    assert "POST" not in {call.method for call in simulator.calls[calls:]}


def test_variables_written_in_another_way_are_the_same(provider: Provider, simulator: Simulator) -> None:
    kept, properties = APPLICATION.make(provider, env={"A": "1", "B": "2"}, buildArgs={"A": "1", "B": "2"})
    row_of(simulator, kept)["env"] = "# by hand\nB='2'\nexport A = 1\n"
    row_of(simulator, kept)["buildArgs"] = 'B="2"\nA=1'
    calls = len(simulator.calls)
    provider.update(kept, properties)
    assert "POST" not in {call.method for call in simulator.calls[calls:]}


def test_an_update_sends_only_what_changed(provider: Provider, simulator: Simulator) -> None:
    kept, properties = APPLICATION.make(provider)
    row = row_of(simulator, kept)
    # A column that the provider does not manage, and one that somebody else just wrote.
    row["cleanCache"] = True
    before = dict(row)
    provider.update(kept, with_change(properties, {"replicas": 2}))
    assert {key for key in row if row[key] != before[key]} == {"replicas"}


def test_the_name_of_the_service_fits_docker(provider: Provider, simulator: Simulator) -> None:
    for name in ("Chat Wa!", "x" * 200, "日本", "-a.b_c-"):
        kept, _ = APPLICATION.make(provider, name=name)
        app_name = kept.state["appName"]
        assert len(app_name) <= 63
        assert not app_name.startswith("-")
        assert set(app_name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        simulator.state.drop_application(kept.id)
        provider.restart()


WITHOUT_DEPLOYMENT: list[dict[str, Any]] = [{"name": "site"}, {"description": "New"}, {"autoDeploy": True}]
WITH_DEPLOYMENT: list[dict[str, Any]] = [
    change for change, path in APPLICATION.changes if path not in ("name", "description", "autoDeploy")
]


@pytest.mark.parametrize("change", WITHOUT_DEPLOYMENT)
def test_what_takes_effect_at_once_asks_for_no_deployment(provider: Provider, change: dict[str, Any]) -> None:
    kept, properties = APPLICATION.make(provider)
    after = with_change(properties, change)
    generation = kept.state["generation"]
    assert provider.preview_update(kept, after)["generation"] == generation
    assert provider.update(kept, after).state["generation"] == generation


@pytest.mark.parametrize("change", WITH_DEPLOYMENT, ids=str)
def test_what_takes_effect_with_a_deployment_changes_the_generation(provider: Provider, change: dict[str, Any]) -> None:
    kept, properties = APPLICATION.make(provider)
    after = with_change(properties, change)
    shown = provider.preview_update(kept, after)
    assert shown["generation"] == UNKNOWN
    assert shown["appName"] == kept.state["appName"]
    assert provider.update(kept, after).state["generation"] != kept.state["generation"]


def test_a_preview_with_something_unknown_does_not_know_the_generation(provider: Provider) -> None:
    kept, properties = APPLICATION.make(provider)
    for unknown in ({"replicas": UNKNOWN}, {"env": UNKNOWN}, {"image": UNKNOWN}, {"healthCheck": {"test": UNKNOWN}}):
        after = with_change(properties, unknown)
        shown = provider.preview_update(kept, after)
        assert shown["generation"] == UNKNOWN
        (key,) = unknown
        diff = provider.diff(kept, after)
        assert {path.split(".")[0].split("[")[0] for path in diff.detailedDiff} == {key}


def test_drift_that_an_update_repairs_asks_for_a_deployment(provider: Provider, simulator: Simulator) -> None:
    kept, properties = APPLICATION.make(provider)
    row_of(simulator, kept)["memoryLimit"] = "1073741824"
    changed = provider.update(kept, with_change(properties, {"description": "New"}))
    assert row_of(simulator, kept)["memoryLimit"] == "2147483648"
    assert changed.state["generation"] != kept.state["generation"]


def test_an_update_whose_answer_was_lost_still_asks_for_a_deployment(provider: Provider, simulator: Simulator) -> None:
    kept, properties = APPLICATION.make(provider)
    simulator.fail(Fault(procedure="application.update", kind="drop_after", times=9))
    after = with_change(properties, {"replicas": 2})
    with pytest.raises(CallError):
        provider.update(kept, after)
    simulator.heal()
    # The state is as before the update; the row is not.
    assert row_of(simulator, kept)["replicas"] == 2
    assert provider.update(kept, after).state["generation"] != kept.state["generation"]


def test_an_application_that_could_not_be_set_up_is_kept_and_repaired(provider: Provider, simulator: Simulator) -> None:
    properties = APPLICATION.properties(provider)
    simulator.fail(Fault(procedure="application.update", kind="status500", times=9))
    kept = provider.create("Application", properties)
    assert kept.errors
    assert all("\n" not in error for error in kept.errors)
    assert list(APPLICATION.rows(simulator)) == [kept.id]
    assert kept.state["appName"]
    assert "s3cret-of-robot" not in " ".join(kept.errors)
    assert ("env", "A") in kept.secrets
    assert ("image", "password") in kept.secrets
    simulator.heal()

    provider.restart()
    repaired = provider.update(kept, properties)
    assert not repaired.errors
    assert repaired.state["generation"] != kept.state["generation"]
    found = provider.refresh(repaired)
    assert found is not None
    assert found.inputs == repaired.inputs


def test_a_large_application_that_could_not_be_set_up_is_kept(provider: Provider, simulator: Simulator) -> None:
    simulator.fail(Fault(procedure="application.update", kind="status500", times=9))
    environment = provider.project().state["defaultEnvironmentId"]
    kept = provider.application(environment, env={f"KEY_{number}": "v" * 1000 for number in range(200)})
    assert kept.errors
    assert len(kept.state["env"]) == 200


def test_every_secret_of_the_state_is_marked(provider: Provider) -> None:
    kept, _ = APPLICATION.make(provider, buildArgs={"A": "1"}, buildSecrets={"B": "2"})
    assert kept.secrets == {
        ("env", "A"),
        ("env", "QUOTES"),
        ("image", "password"),
        ("buildArgs", "A"),
        ("buildSecrets", "B"),
    }
    found = provider.import_("Application", kept.id)
    assert found is not None
    assert found.secrets == kept.secrets


def test_a_delete_waits_for_the_deployment_that_runs(provider: Provider, simulator: Simulator) -> None:
    kept, _ = APPLICATION.make(provider)
    client = DokployClient(simulator.url, simulator.api_key)
    client.mutate("application.deploy", {"applicationId": kept.id})
    client.close()
    provider.delete(kept)
    assert not APPLICATION.rows(simulator)
    simulator.skip(60)
    assert kept.state["appName"] not in simulator.world.swarm.services


def test_a_delete_that_may_not_wait_is_refused(provider: Provider, simulator: Simulator) -> None:
    simulator.world.timings = simulator.world.queue.timings = type(simulator.world.timings)(build_s=60)
    kept, _ = APPLICATION.make(provider)
    client = DokployClient(simulator.url, simulator.api_key)
    client.mutate("application.deploy", {"applicationId": kept.id})
    client.close()
    with pytest.raises(CallError, match="being deployed and the time-out passed"):
        provider.delete(kept, timeout_s=0.3)
    assert APPLICATION.rows(simulator)
    failure: list[str] = []

    def delete() -> None:
        try:
            provider.delete(kept, restart=False)
        except CallError as error:
            failure.append(error.line)

    thread = threading.Thread(target=delete)
    thread.start()
    calls = len(simulator.calls)
    wait_until(lambda: len(simulator.calls) > calls + 1)
    provider.cancel()
    thread.join(timeout=5)
    assert "being deployed and the run was cancelled" in failure[0]
