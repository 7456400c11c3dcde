"""What the containers use, in the words of `docker stats`."""

from __future__ import annotations

import re

from dokploy.simulator import Simulator

from .conftest import Api

SIZE = r"\d+(\.\d+)?(B|KiB|MiB|GiB)"


def test_a_running_container_uses_a_part_of_its_limit(sim: Simulator, api: Api) -> None:
    limited = api.application(memoryLimit=str(512 * 1024**2))
    free = api.application()
    for app in (limited, free):
        api.deploy(app)
    sim.skip(5)
    found = {row["Name"].partition(".")[0]: row["MemUsage"] for row in api.get("swarm.getContainerStats")}
    assert found == {limited["appName"]: "128MiB / 512MiB", free["appName"]: "6GiB / 24GiB"}
    assert all(re.fullmatch(f"{SIZE} / {SIZE}", text) for text in found.values())


def test_a_test_says_what_is_used(sim: Simulator, api: Api) -> None:
    app = api.application(memoryLimit=str(512 * 1024**2))
    api.deploy(app)
    sim.skip(5)
    sim.world.swarm.memory_used[app["appName"]] = 500 * 1024
    (row,) = api.get("swarm.getContainerStats")
    assert (row["MemUsage"], row["MemPerc"]) == ("500KiB / 512MiB", "0.10%")


def test_an_ended_container_uses_nothing(sim: Simulator, api: Api) -> None:
    app = api.application()
    api.deploy(app)
    sim.skip(5)
    api.post("application.stop", applicationId=app["applicationId"])
    sim.skip(5)
    assert api.get("swarm.getContainerStats") == []


def test_the_successor_of_a_task_that_ended_is_there_at_once_and_waits(sim: Simulator, api: Api) -> None:
    sim.freeze()
    sim.behave("crash")
    app = api.application()
    api.deploy(app)
    while not any(task["currentState"].startswith("Failed") for task in api.tasks(app)):
        sim.skip(0.02)
    assert [(task["state"], task["currentState"].split()[0]) for task in api.tasks(app)] == [
        ("ready", "Ready"),
        ("shutdown", "Failed"),
    ]
