"""What can be returned to, and what of it was stable, on a Dokploy in memory without Pulumi."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dokploy import dotenv
from dokploy.client import DokployClient
from dokploy.release import RELEASE_KEY, rollback_release
from dokploy.simulator import Simulator
from ops.errors import OpsError, UsageError
from ops.rollback.backup import before
from ops.rollback.render import warnings
from ops.rollback.targets import Past, Update, read_past, updates
from tests.engine.by_hand import ByHand


class Desk:
    """One application, deployed as the provider does, one image after the other."""

    def __init__(self, simulator: Simulator, client: DokployClient) -> None:
        self.simulator, self.client, self.call = simulator, client, ByHand(simulator)
        environment = self.call("project.create", name="chat")["environment"]["environmentId"]
        self.id = str(self.call("application.create", name="web", environmentId=environment)["applicationId"])
        self.history: list[Update] = []

    @property
    def row(self) -> dict[str, Any]:
        return self.simulator.state.applications[self.id]

    def deploy(
        self, image: str, *, succeeded: bool | None = True, release: str | None = None, by_us: bool = True
    ) -> None:
        """`succeeded`: how the `up` ended that it belongs to; None without one."""
        number = len(self.simulator.state.deployments)
        release = release or f"{number:012x}-00000000"
        self.row.update(sourceType="docker", dockerImage=image, env=dotenv.dump({RELEASE_KEY: release}))
        began = self.now
        title = {"title": f"Pulumi [{release}]", "description": image} if by_us else {}
        self.call("application.deploy", applicationId=self.id, **title)
        self.simulator.skip(5)
        if succeeded is not None:
            self.history.append(Update(began=began, ended=self.now, succeeded=succeeded))
        self.simulator.skip(600)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.simulator.world.now(), UTC)

    def past(self, **deployed: str) -> Past:
        return read_past(self.client, self.id, deployed, self.history)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Simulator() as simulator:
        client = DokployClient(simulator.url, simulator.api_key)
        try:
            yield Desk(simulator, client)
        finally:
            client.close()


def whats(past: Past) -> list[str]:
    return [each.what for each in past.returnable]


def test_the_newest_earlier_release_whose_up_succeeded_is_chosen(desk: Desk) -> None:
    for image, succeeded in (("web:1", True), ("web:2", True), ("web:3", False), ("web:4", True)):
        desk.deploy(image, succeeded=succeeded)
    past = desk.past()
    assert [each.known for each in past.candidates] == ["proved", "failed", "proved", "proved"]
    assert whats(past) == ["web:2", "web:1"]
    assert past.choose(None).what == "web:2"


def test_the_same_image_as_now_is_no_return(desk: Desk) -> None:
    for image in ("web:1", "web:2", "web:2"):
        desk.deploy(image)
    assert whats(desk.past()) == ["web:1"]


def test_what_nobody_proved_is_returned_to_by_its_id_only(desk: Desk) -> None:
    desk.deploy("web:1", succeeded=None)
    desk.deploy("web:2")
    past = desk.past()
    with pytest.raises(OpsError, match=r"no earlier deployment is known to have been stable: choose one .* --to ID"):
        past.choose(None)
    assert past.choose(past.candidates[1].id).what == "web:1"


def test_a_deployment_by_hand_within_an_up_is_not_proved_by_it(desk: Desk) -> None:
    desk.deploy("web:1", by_us=False)
    desk.deploy("web:2")
    (_, first) = desk.past().candidates
    # Its image comes from the log of the pull.
    assert (first.what, first.known) == ("web:1", "unknown")


def test_the_state_knows_better_than_the_history(desk: Desk) -> None:
    desk.deploy("web:1")
    (row,) = desk.simulator.state.deployments.values()
    assert desk.past(deploymentId=row["deploymentId"], status="failed").candidates[0].known == "failed"


def test_what_a_rollback_left_is_not_returned_to(desk: Desk) -> None:
    desk.deploy("web:1")
    desk.deploy("web:2")
    desk.deploy("web:1", release=rollback_release("web:2"))
    with pytest.raises(OpsError, match="no earlier stable deployment is left of web:1"):
        desk.past().choose(None)


def test_a_build_without_a_kept_image_has_no_way_back(desk: Desk) -> None:
    desk.row.update(sourceType="git", customGitUrl="https://git.example/web.git", customGitBranch="main")
    for _ in range(2):
        desk.call("application.deploy", applicationId=desk.id)
        desk.simulator.skip(5)
    past = desk.past()
    assert {each.way for each in past.candidates} == {"none"}
    with pytest.raises(OpsError, match=r"set app\.source\.git\.branch to a tag of that commit"):
        past.choose(None)
    with pytest.raises(OpsError, match="cannot be returned to: Dokploy cannot build an earlier commit"):
        past.choose(past.candidates[0].id)
    with pytest.raises(UsageError, match="there is no deployment other"):
        past.choose("other")


def test_a_kept_image_is_returned_to_with_a_word_on_what_dokploy_does_with_it(desk: Desk) -> None:
    desk.simulator.state.registries["kept"] = {"registryId": "kept", "registryUrl": "r.company.co", "imagePrefix": "c"}
    desk.row.update(rollbackActive=True, rollbackRegistryId="kept")
    mount = {"serviceId": desk.id, "serviceType": "application", "mountPath": "/etc/app.conf"}
    desk.call("mounts.create", type="file", filePath="app.conf", content="x", **mount)
    for image in ("web:1", "web:2"):
        desk.deploy(image)
    past = desk.past()
    to = past.choose(None)
    assert (to.what, to.way) == ("web:1", "kept image")
    settings, files = warnings(past, to)
    assert "runs with the settings and variables of then" in settings
    assert files == "Dokploy's rollback runs without the file mounts: /etc/app.conf"
    assert list(warnings(past, replace(to, way="image"))) == []


def test_of_pulumis_history_the_updates_alone_count() -> None:
    times = {"startTime": "2024-06-01T10:00:00.000Z", "endTime": "2024-06-01T10:01:00.000Z"}
    history = [
        {"kind": "update", "result": "succeeded", **times},
        {"kind": "refresh", "result": "succeeded", **times},
        {"kind": "update", "result": "in-progress", "startTime": times["startTime"]},
    ]
    (found,) = updates(history)
    assert found.succeeded
    assert found.ended - found.began == timedelta(minutes=1)


def test_the_backup_is_the_newest_that_succeeded_before_the_deployment(desk: Desk) -> None:
    desk.deploy("web:1")
    given = {"applicationId": desk.id, "cronExpression": "0 2 * * *", "name": "backup", "command": "true"}
    backup = desk.call("schedule.create", **given)["scheduleId"]
    assert before(desk.client, desk.id, [], "") is None
    for command in ("true", "exit 1"):
        desk.simulator.state.schedules[backup]["command"] = command
        desk.call("schedule.runManually", scheduleId=backup)
        desk.simulator.skip(60)
    desk.deploy("web:2")
    desk.simulator.state.schedules[backup]["command"] = "true"
    desk.call("schedule.runManually", scheduleId=backup)
    runs = [row for row in desk.simulator.state.deployments.values() if row["scheduleId"]]
    desk.simulator.state.logs[runs[0]["deploymentId"]] += "backup ok: /app/backups/database-1.db, 9 bytes, 1 tables\n"
    found = before(desk.client, desk.id, [], desk.past().left_at)
    assert found is not None
    assert (found.created, found.file) == (runs[0]["createdAt"], "/app/backups/database-1.db")
