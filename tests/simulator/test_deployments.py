"""Deployments are queued, run one at a time, and do not tell whether the release works."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator, Timings

from .conftest import Api, until

LONG = Timings(build_s=60.0)


def test_a_deployment_runs_and_is_done(api: Api) -> None:
    app = api.application()
    api.deploy(app, title="first", description="by a test")
    [row] = api.deployments(app)
    assert (row["status"], row["title"], row["description"], row["finishedAt"]) == (
        "running",
        "first",
        "by a test",
        None,
    )
    until(lambda: api.deployments(app)[0]["status"] == "done")
    assert api.deployments(app)[0]["finishedAt"] is not None
    assert "Pulling image completed" in api.get("deployment.readLogs", deploymentId=row["deploymentId"])


def test_done_comes_before_the_container_is_healthy(sim: Simulator, api: Api) -> None:
    sim.timings = Timings(healthy_s=30.0)
    app = api.application(env="RELEASE=1")
    api.deploy(app)
    until(lambda: api.deployments(app)[0]["status"] == "done")
    until(lambda: api.releases(app) == [("RELEASE=1", "starting")])
    sim.skip(30)
    until(lambda: api.releases(app) == [("RELEASE=1", "healthy")])
    assert api.tasks(app)[0]["currentState"].startswith("Running")


def test_a_waiting_deployment_has_no_row_and_leaves_the_status_alone(sim: Simulator, api: Api) -> None:
    sim.timings = LONG
    first, second = api.application("first"), api.application("second")
    api.deploy(first)
    api.deploy(second, title="waits")
    assert api.deployments(second) == []
    assert api.get("application.one", applicationId=second["applicationId"])["applicationStatus"] == "idle"
    assert api.get("application.one", applicationId=first["applicationId"])["applicationStatus"] == "running"
    waiting, active = api.get("deployment.queueList")
    assert (waiting["state"], waiting["data"]["titleLog"]) == ("waiting", "waits")
    assert active["state"] == "active"


def test_deployments_run_one_after_the_other(sim: Simulator, api: Api) -> None:
    sim.timings = LONG
    first, second = api.application("first"), api.application("second")
    api.deploy(first)
    api.deploy(second)
    sim.skip(61)
    assert api.deployments(first)[0]["status"] == "done"
    assert api.deployments(second)[0]["status"] == "running"
    sim.skip(60)
    assert api.deployments(second)[0]["status"] == "done"
    assert api.get("deployment.queueList") == []


def test_clean_queues_drops_what_waits_and_leaves_what_runs(sim: Simulator, api: Api) -> None:
    sim.timings = LONG
    app = api.application()
    for title in ("runs", "waits", "waits too"):
        api.deploy(app, title=title)
    assert api.post("application.cleanQueues", applicationId=app["applicationId"]) is None
    assert [job["data"]["titleLog"] for job in api.get("deployment.queueList")] == ["runs"]


def test_a_restart_loses_the_queue_and_cancels_what_runs(sim: Simulator, api: Api) -> None:
    sim.timings = LONG
    app = api.application()
    api.deploy(app)
    api.deploy(app)
    sim.restart()
    [row] = api.deployments(app)
    assert (row["status"], row["finishedAt"], row["errorMessage"]) == ("cancelled", None, None)
    assert api.get("deployment.queueList") == []
    assert api.get("application.one", applicationId=app["applicationId"])["applicationStatus"] == "idle"
    sim.skip(61)
    assert api.tasks(app) == []


@pytest.mark.parametrize(
    ("outcome", "settings", "line"),
    [
        ("pull_failure", {}, "Pulling image failed"),
        (
            "build_failure",
            {"sourceType": "git", "customGitUrl": "https://git.example.com/web.git", "customGitBranch": "main"},
            "Build failed",
        ),
        ("healthy", {"memoryLimit": "64m"}, "invalid memory value 64: Must be at least 4MiB"),
        ("healthy", {"env": "A=${{project.NOPE}}"}, "Invalid project environment variable: project.NOPE"),
        ("healthy", {"replicas": -1}, "must be non-negative"),
        ("healthy", {"sourceType": "git", "customGitUrl": "git@example.com:x.git"}, "without a ssh key"),
    ],
)
def test_a_failed_deployment_keeps_the_old_release(
    sim: Simulator, api: Api, outcome: str, settings: dict, line: str
) -> None:
    app = api.application(env="RELEASE=1")
    api.deploy(app)
    sim.skip(5)
    sim.behave(outcome)
    api.post("application.update", applicationId=app["applicationId"], **{"env": "RELEASE=2", **settings})
    api.deploy(app)
    sim.skip(5)
    newest = api.deployments(app)[0]
    assert (newest["status"], newest["errorMessage"]) == ("error", None)
    assert line in api.get("deployment.readLogs", deploymentId=newest["deploymentId"])
    assert api.releases(app) == [("RELEASE=1", "healthy")]


def test_a_delete_during_the_build_leaves_an_orphan_service(sim: Simulator, api: Api) -> None:
    sim.timings = LONG
    app = api.application()
    api.deploy(app)
    api.post("application.delete", applicationId=app["applicationId"])
    assert len(api.get("deployment.queueList")) == 1
    sim.skip(61)
    assert api.get("deployment.queueList") == []
    assert len(api.tasks(app)) == 1


def test_a_delete_while_waiting_leaves_nothing(sim: Simulator, api: Api) -> None:
    sim.timings = LONG
    front, app = api.application("front"), api.application()
    api.deploy(front)
    api.deploy(app)
    api.post("application.delete", applicationId=app["applicationId"])
    sim.skip(200)
    assert api.tasks(app) == []


def test_a_delete_removes_the_service(sim: Simulator, api: Api) -> None:
    app = api.application()
    api.deploy(app)
    sim.skip(5)
    api.post("application.delete", applicationId=app["applicationId"])
    assert api.tasks(app) == []
    assert api.raw("GET", f"application.one?applicationId={app['applicationId']}").status_code == 404


def test_a_removed_project_leaves_its_services_running(sim: Simulator, api: Api) -> None:
    app = api.application()
    api.deploy(app)
    sim.skip(5)
    [project] = sim.state.projects
    api.post("project.remove", projectId=project)
    assert sim.state.applications == {}
    assert len(api.tasks(app)) == 1


def test_only_the_newest_rows_stay(sim: Simulator, api: Api) -> None:
    app = api.application()
    for number in range(13):
        api.deploy(app, title=str(number))
        sim.skip(5)
    assert [row["title"] for row in api.deployments(app)] == [str(number) for number in range(12, 1, -1)]


def test_a_slow_receiver_holds_up_the_next_deployment_although_the_row_says_done(sim: Simulator, api: Api) -> None:
    sim.timings = Timings(build_s=0.0, receiver_s=30.0)
    first, second = api.application("first"), api.application("second")
    flags = dict.fromkeys(("appDeploy", "appBuildError"), True)
    api.post("notification.createCustom", name="slow", endpoint="https://slow.example", **flags)
    api.deploy(first)
    until(lambda: api.deployments(first)[0]["status"] == "done")
    api.deploy(second)
    assert api.deployments(second) == []
    sim.skip(31)
    until(lambda: [row["status"] for row in api.deployments(second)] == ["done"])


def test_nobody_who_is_told_holds_up_nothing(sim: Simulator, api: Api) -> None:
    sim.timings = Timings(build_s=0.0, receiver_s=30.0)
    first, second = api.application("first"), api.application("second")
    api.deploy(first)
    api.deploy(second)
    until(lambda: [row["status"] for row in api.deployments(second)] == ["done"])
