"""Databases are deployed in the call itself, and their volumes outlive them."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator

from .conftest import Api

OWN = {"redis": {}, "postgres": {"databaseName": "app", "databaseUser": "app"}}
KINDS = pytest.mark.parametrize("kind", ["redis", "postgres"])


def database(api: Api, kind: str) -> dict:
    environment = api.post("project.create", name="shop")["environment"]["environmentId"]
    values = {"name": "store", "environmentId": environment, "databasePassword": "secret99"}
    made: dict = api.post(f"{kind}.create", **values, **OWN[kind])
    return made


def run(sim: Simulator, api: Api, kind: str, made: dict) -> None:
    api.post(f"{kind}.deploy", **{f"{kind}Id": made[f"{kind}Id"]})
    sim.skip(5)


@KINDS
def test_a_deployed_database_runs(sim: Simulator, api: Api, kind: str) -> None:
    made = database(api, kind)
    run(sim, api, kind, made)
    assert len(api.running(made)) == 1
    row = api.get(f"{kind}.one", **{f"{kind}Id": made[f"{kind}Id"]})
    assert (row["applicationStatus"], row["mounts"][0]["volumeName"]) == ("done", f"{made['appName']}-data")


@KINDS
def test_a_failed_pull_is_a_500_and_an_error(sim: Simulator, api: Api, kind: str) -> None:
    made = database(api, kind)
    sim.behave("pull_failure")
    response = api.raw("POST", f"{kind}.deploy", json={f"{kind}Id": made[f"{kind}Id"]})
    assert response.status_code == 500
    assert api.get(f"{kind}.one", **{f"{kind}Id": made[f"{kind}Id"]})["applicationStatus"] == "error"


@KINDS
def test_the_volume_stays_until_it_is_removed(sim: Simulator, api: Api, kind: str) -> None:
    made = database(api, kind)
    run(sim, api, kind, made)
    volume = {"volumeName": f"{made['appName']}-data"}
    assert "volume is in use" in api.raw("POST", "dockerVolume.removeVolume", json=volume).text
    api.post(f"{kind}.remove", **{f"{kind}Id": made[f"{kind}Id"]})
    assert sim.state.mounts == {}
    api.post("dockerVolume.removeVolume", **volume)
    assert "no such volume" in api.raw("POST", "dockerVolume.removeVolume", json=volume).text


@KINDS
def test_a_password_can_be_changed_only_while_it_runs(sim: Simulator, api: Api, kind: str) -> None:
    made = database(api, kind)
    body = {f"{kind}Id": made[f"{kind}Id"], "password": "another99"}
    assert api.raw("POST", f"{kind}.changePassword", json=body).status_code == 500
    run(sim, api, kind, made)
    assert api.post(f"{kind}.changePassword", **body) is True
    assert sim.state.databases[kind][made[f"{kind}Id"]]["databasePassword"] == "another99"


def test_an_environment_with_a_database_is_not_removed(api: Api) -> None:
    project = api.post("project.create", name="shop")["project"]["projectId"]
    environment = api.post("environment.create", name="staging", projectId=project)["environmentId"]
    api.post("redis.create", name="r", environmentId=environment, databasePassword="secret99")
    response = api.raw("POST", "environment.remove", json={"environmentId": environment})
    assert "active services" in response.json()["message"]
