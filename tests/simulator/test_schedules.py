"""Schedules run by hand and by the clock, and need a running container."""

from __future__ import annotations

from datetime import UTC, datetime

from dokploy.simulator import Simulator
from dokploy.simulator.schedules import next_time

from .conftest import Api

DAY_S = 86_400


def schedule(api: Api, app: dict, **values: object) -> dict:
    wanted = {"name": "backup", "cronExpression": "0 2 * * *", "command": "true", "shellType": "sh", **values}
    made: dict = api.post("schedule.create", applicationId=app["applicationId"], **wanted)
    return made


def runs(api: Api, made: dict) -> list[str]:
    return [row["status"] for row in api.get("deployment.allByType", id=made["scheduleId"], type="schedule")]


def running(sim: Simulator, api: Api) -> dict:
    app = api.application()
    api.deploy(app)
    sim.skip(5)
    return app


def test_a_run_by_hand_answers_when_it_is_done(sim: Simulator, api: Api) -> None:
    made = schedule(api, running(sim, api))
    answer = api.post("schedule.runManually", scheduleId=made["scheduleId"])
    assert answer["status"] == "done"
    assert "sh -c true" in api.get("deployment.readLogs", deploymentId=answer["deploymentId"])


def test_a_run_without_a_container_fails_with_status_200(sim: Simulator, api: Api) -> None:
    made = schedule(api, api.application())
    assert api.post("schedule.runManually", scheduleId=made["scheduleId"])["status"] == "error"


def test_it_runs_every_day(sim: Simulator, api: Api) -> None:
    made = schedule(api, running(sim, api))
    sim.skip(3 * DAY_S)
    assert runs(api, made) == ["done"] * 3


def test_a_disabled_a_broken_and_a_lost_one_never_run(sim: Simulator, api: Api) -> None:
    app = running(sim, api)
    off = schedule(api, app, enabled=False)
    cron = schedule(api, app, cronExpression="not a cron")
    zone = schedule(api, app, timezone="Mars/Phobos")
    sim.skip(3 * DAY_S)
    assert runs(api, off) == runs(api, cron) == runs(api, zone) == []


def test_a_changed_schedule_runs_at_its_new_time_only(sim: Simulator, api: Api) -> None:
    made = schedule(api, running(sim, api))
    values = {"name": "backup", "command": "true", "cronExpression": "0 4 * * *"}
    api.post("schedule.update", scheduleId=made["scheduleId"], **values)
    sim.skip(DAY_S)
    [row] = api.get("deployment.allByType", id=made["scheduleId"], type="schedule")
    assert row["createdAt"][11:16] == "04:00"


def test_the_time_zone_counts() -> None:
    now = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
    row = {"enabled": True, "cronExpression": "0 2 * * *", "timezone": "America/New_York"}
    moment = next_time(row, now)
    assert moment is not None
    assert datetime.fromtimestamp(moment, UTC).hour == 7
