"""Swarm rolls a bad update back on its own, while Dokploy goes on saying done."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator, Timings

from .conftest import Api, until

STOP_FIRST = {"Parallelism": 1, "Order": "stop-first", "FailureAction": "rollback"}
SLOW = Timings(healthy_s=30.0, unhealthy_s=30.0, kill_s=30.0)
PAUSE = {"Parallelism": 1, "Order": "start-first", "FailureAction": "pause"}


def deployed(sim: Simulator, api: Api, **settings: object) -> dict:
    app = api.application(env="RELEASE=1", **settings)
    api.deploy(app)
    sim.skip(5)
    return app


def update(sim: Simulator, api: Api, app: dict, outcome: str) -> None:
    sim.behave(outcome)
    api.post("application.update", applicationId=app["applicationId"], env="RELEASE=2")
    api.deploy(app)
    until(lambda: api.deployments(app)[0]["status"] != "running")


def test_an_update_starts_the_new_container_before_the_old_one_ends(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api)
    sim.timings = SLOW
    update(sim, api, app, "healthy")
    until(lambda: api.releases(app) == [("RELEASE=1", "healthy"), ("RELEASE=2", "starting")])
    sim.skip(30)
    until(lambda: api.releases(app) == [("RELEASE=2", "healthy")])
    new, old = api.tasks(app)
    assert (new["state"], old["state"]) == ("running", "shutdown")


def test_stop_first_never_runs_both(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api, updateConfigSwarm=STOP_FIRST)
    update(sim, api, app, "healthy")
    seen: list[list[str]] = []

    def ended() -> bool:
        seen.append([release for release, _ in api.releases(app)])
        return api.releases(app) == [("RELEASE=2", "healthy")]

    until(ended)
    assert all(len(releases) <= 1 for releases in seen)


@pytest.mark.parametrize("settings", [{}, {"updateConfigSwarm": STOP_FIRST}], ids=["start-first", "stop-first"])
@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        ("unhealthy", '"task: non-zero exit (137): dockerexec: unhealthy container"'),
        ("crash", '"task: non-zero exit (1)"'),
    ],
)
def test_a_bad_update_is_rolled_back_and_the_row_stays_done(
    sim: Simulator, api: Api, settings: dict, outcome: str, error: str
) -> None:
    app = deployed(sim, api, **settings)
    update(sim, api, app, outcome)
    until(lambda: any(task["error"] == error for task in api.tasks(app)))
    until(lambda: api.releases(app) == [("RELEASE=1", "healthy")])
    assert api.deployments(app)[0]["status"] == "done"
    assert api.get("application.one", applicationId=app["applicationId"])["env"] == "RELEASE=2"
    sim.skip(60)
    assert api.releases(app) == [("RELEASE=1", "healthy")]


def test_an_unhealthy_container_can_be_seen_before_it_is_killed(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api)
    sim.timings = SLOW
    update(sim, api, app, "unhealthy")
    sim.skip(30)
    until(lambda: ("RELEASE=2", "unhealthy") in api.releases(app))


def test_a_paused_update_keeps_failing(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api, updateConfigSwarm=PAUSE)
    update(sim, api, app, "crash")
    until(lambda: sum(task["currentState"].startswith("Failed") for task in api.tasks(app)) >= 3)
    assert ("RELEASE=1", "healthy") in api.releases(app)


def test_a_first_release_that_crashes_has_nothing_to_go_back_to(sim: Simulator, api: Api) -> None:
    sim.behave("crash")
    app = api.application(restartPolicySwarm={"Condition": "on-failure", "MaxAttempts": 2})
    api.deploy(app)
    sim.skip(10)
    assert [task["error"] for task in api.tasks(app)] == ['"task: non-zero exit (1)"'] * 3
    assert api.running(app) == []
    assert api.deployments(app)[0]["status"] == "done"


def test_a_failure_after_the_monitor_is_not_rolled_back(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api)
    update(sim, api, app, "healthy")
    sim.skip(10)
    [service] = sim.world.swarm.services.values()
    assert service.updating is False


def test_no_check_means_no_health(sim: Simulator, api: Api) -> None:
    app = api.application(env="RELEASE=1", healthCheckSwarm=None)
    sim.behave("unhealthy")
    api.deploy(app)
    sim.skip(5)
    assert api.releases(app) == [("RELEASE=1", "none")]


def test_behaviour_can_be_asked_for_one_application(sim: Simulator, api: Api) -> None:
    sim.behave("crash", match="bad")
    good, bad = api.application("good"), api.application("bad one")
    api.deploy(good)
    api.deploy(bad)
    sim.skip(5)
    assert len(api.running(good)) == 1
    assert any(task["error"] for task in api.tasks(bad))


def test_an_unknown_behaviour_is_refused(sim: Simulator) -> None:
    with pytest.raises(ValueError, match="choose one of healthy"):
        sim.behave("sleepy")  # type: ignore[arg-type]


def test_start_leaves_one_task_and_reload_brings_the_count_back(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api, replicas=3)
    assert len(api.running(app)) == 3
    key = app["applicationId"]
    assert api.post("application.stop", applicationId=key)["applicationStatus"] == "done"
    sim.skip(5)
    assert api.running(app) == []
    assert api.post("application.start", applicationId=key)["applicationStatus"] == "idle"
    sim.skip(5)
    assert len(api.running(app)) == 1
    assert api.post("application.reload", applicationId=key, appName=app["appName"]) is True
    sim.skip(5)
    assert len(api.running(app)) == 3


def test_a_container_shows_limits_mounts_and_the_health_check(sim: Simulator, api: Api) -> None:
    app = api.application(memoryLimit="2147483648", cpuLimit="1000000000", command="node server.js", args=["--x"])
    mount = {"type": "volume", "volumeName": "data", "mountPath": "/data", "serviceType": "application"}
    api.post("mounts.create", serviceId=app["applicationId"], **mount)
    api.deploy(app)
    sim.skip(5)
    [container] = api.running(app)
    assert container["HostConfig"]["Memory"] == 2147483648
    assert container["HostConfig"]["NanoCpus"] == 1000000000
    assert container["Mounts"][0]["Name"] == "data"
    assert container["Config"]["Healthcheck"]["Retries"] == 3
    assert container["Config"]["Entrypoint"] == ["node", "server.js"]
    assert container["Path"] == "node"


def test_a_volume_name_of_one_letter_is_rejected_by_swarm_alone(sim: Simulator, api: Api) -> None:
    app = deployed(sim, api)
    mount = {"type": "volume", "volumeName": "q", "mountPath": "/q", "serviceType": "application"}
    api.post("mounts.create", serviceId=app["applicationId"], **mount)
    update(sim, api, app, "healthy")
    sim.skip(5)
    assert api.deployments(app)[0]["status"] == "done"
    assert "volume name is too short" in str(api.tasks(app))
    assert api.releases(app) == [("RELEASE=1", "healthy")]
