"""What a status says of an application, and how people read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dokploy.client import DokployClient
from dokploy.simulator import Simulator
from ops.status.application import read_application
from ops.status.render import show
from ops.status.sources import certificate_days, differences
from ops.status.values import Application, Container, Deployment, Drift, Schedule, Status, Task
from ops.verify.target import Address, Target
from tests.engine.by_hand import ByHand
from tests.ops.adopting import by_hand
from tests.ops.checkout import SECRETS
from tests.ops.verify.authority import Authority
from tests.ops.verify.chat import Chat, serving


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


def read(simulator: Simulator, application_id: str) -> Application:
    client = DokployClient(simulator.url, simulator.api_key)
    try:
        return read_application(client, application_id)
    finally:
        client.close()


def test_a_running_application_is_told_with_its_deployments_and_schedules(simulator: Simulator) -> None:
    ids = by_hand(simulator)
    found = read(simulator, ids["chatzwa-application"])
    assert found.replicas == 1
    assert [(container.state, container.health) for container in found.containers] == [("running", "healthy")]
    assert [task.wanted for task in found.tasks] == ["running"]
    assert [deployment.status for deployment in found.deployments] == ["done"]
    assert [schedule.name for schedule in found.schedules] == ["Nightly backup", "Warm the cache"]


def test_reading_writes_nothing_and_keeps_no_secret(simulator: Simulator) -> None:
    ids = by_hand(simulator)
    before = len(simulator.calls)
    found = read(simulator, ids["chatzwa-application"])
    assert {call.method for call in simulator.calls[before:]} == {"GET"}
    for secret in SECRETS.values():
        assert secret not in repr(found)


def test_a_schedule_that_failed_since_its_last_success_tells_both(simulator: Simulator) -> None:
    ids = by_hand(simulator)
    call, backup = ByHand(simulator), ids["chatzwa-schedule-backup"]
    call("schedule.runManually", scheduleId=backup)
    call("application.stop", applicationId=ids["chatzwa-application"])
    simulator.skip(30)
    call("schedule.runManually", scheduleId=backup)
    schedule = next(each for each in read(simulator, ids["chatzwa-application"]).schedules if "backup" in each.name)
    assert schedule.last_status == "error"
    assert schedule.last_age_s is not None
    assert schedule.success_age_s is not None
    assert schedule.success_age_s > schedule.last_age_s


def test_a_copy_to_a_destination_is_a_backup_with_its_runs(simulator: Simulator) -> None:
    ids = by_hand(simulator)
    call, web = ByHand(simulator), ids["chatzwa-application"]
    where = {"provider": "Other", "bucket": "b", "region": "", "endpoint": "http://127.0.0.1:9", "additionalFlags": []}
    destination = call("destination.create", name="s3", accessKey="AK", secretAccessKey="SK", **where)["destinationId"]
    given = {"applicationId": web, "serviceType": "application", "destinationId": destination, "prefix": "/"}
    named = {"name": "offsite", "volumeName": "chat_data", "cronExpression": "0 4 * * *", "enabled": True}
    made = call("volumeBackups.create", **given, **named)
    call("volumeBackups.runManually", volumeBackupId=made["volumeBackupId"])
    copy = next(each for each in read(simulator, web).backups if each.kind == "volume backup")
    assert (copy.name, copy.is_enabled, copy.cron) == ("offsite", True, "0 4 * * *")
    assert copy.last_status in ("done", "error")
    assert copy.last_age_s is not None


def test_the_history_is_short_and_newest_first(simulator: Simulator) -> None:
    ids = by_hand(simulator)
    for number in range(6):
        ByHand(simulator)("application.deploy", applicationId=ids["chatzwa-application"], title=f"number {number}")
        simulator.skip(30)
    ages = [deployment.age_s for deployment in read(simulator, ids["chatzwa-application"]).deployments]
    assert len(ages) == 5
    assert ages == sorted(ages)


SERVING = Container(name="chat.1", state="running", health="healthy", release="r1")
BACKUP = Schedule(
    name="backup", cron="0 2 * * *", is_enabled=True, last_status="done", last_age_s=7200.0, success_age_s=7200.0
)
GOOD = Status(
    stack="production",
    outputs={"url": "https://chat.localhost", "release": "r1", "source": "app:1", "tier": "standard"},
    application=Application(
        replicas=1,
        tasks=[Task(name="chat.1", wanted="running", state="Running 2 hours ago", error="")],
        containers=[SERVING],
        deployments=[Deployment(id="d1", title="revision 1", status="done", at="2024-01-01T00:00:00Z", age_s=90_000)],
        schedules=[BACKUP],
    ),
    certificate_days=60,
    drift=(),
    deployment={"status": "done", "imageOrCommit": "app:1"},
)
OFFSITE = replace(BACKUP, name="offsite", kind="volume backup", success_age_s=90_000.0)


def with_application(**changes: Any) -> Status:
    assert GOOD.application is not None
    return replace(GOOD, application=replace(GOOD.application, **changes))


def text(status: Status) -> str:
    out = StringIO()
    show(status, Console(file=out, width=120, highlight=False))
    return out.getvalue()


def row(status: Status, name: str) -> str:
    return next(line for line in text(status).splitlines() if line.startswith(name)).removeprefix(name).strip()


def test_a_good_status_is_told_in_plain_text() -> None:
    assert GOOD.is_healthy
    assert row(GOOD, "release") == "r1"
    assert row(GOOD, "health") == "1/1 healthy"
    assert row(GOOD, "last backup") == "2 h ago"
    assert row(GOOD, "certificate") == "60 days left"
    assert row(GOOD, "drift") == "no"
    assert "1 d ago" in text(GOOD)
    assert "\x1b" not in text(GOOD)


@pytest.mark.parametrize(
    ("status", "name", "expected"),
    [
        (with_application(containers=[replace(SERVING, health="unhealthy")]), "health", "0/1 healthy"),
        (with_application(containers=[]), "health", "0/1 healthy"),
        (
            with_application(containers=[replace(SERVING, release="r0")]),
            "health",
            "0/1 healthy; also running: release r0",
        ),
        (with_application(replicas=0, containers=[]), "health", "0/0 healthy"),
        (replace(GOOD, application=None), "health", "unknown"),
        (with_application(schedules=[]), "last backup", "no schedule"),
        (
            with_application(schedules=[replace(BACKUP, last_status=None, last_age_s=None, success_age_s=None)]),
            "last backup",
            "never",
        ),
        (
            with_application(schedules=[replace(BACKUP, last_status="error", success_age_s=None)]),
            "last backup",
            "never succeeded",
        ),
        (
            with_application(schedules=[replace(BACKUP, last_status="error")]),
            "last backup",
            "2 h ago, and the last run failed",
        ),
        (with_application(schedules=[OFFSITE, BACKUP]), "last backup", "2 h ago"),
        (with_application(schedules=[OFFSITE, BACKUP]), "last offsite copy", "1 d ago"),
        (
            replace(GOOD, deployment={"status": "rolled back", "imageOrCommit": "app:0"}),
            "deployment",
            "rolled back to app:0",
        ),
        (replace(GOOD, deployment={"status": "failed", "imageOrCommit": "app:1"}), "deployment", "failed"),
        (replace(GOOD, certificate_days=None), "certificate", "unknown"),
        (replace(GOOD, drift=None), "drift", "not looked for"),
        (
            replace(GOOD, drift=(Drift(name="web", operation="changed", properties=("memoryLimit",)),)),
            "drift",
            "yes: web: memoryLimit",
        ),
        (replace(GOOD, drift=(Drift(name="web", operation="gone"),)), "drift", "yes: web is gone"),
    ],
)
def test_each_part_says_what_is_wrong(status: Status, name: str, expected: str) -> None:
    assert row(status, name) == expected


def test_a_release_that_is_not_the_stacks_is_not_healthy() -> None:
    assert with_application(containers=[replace(SERVING, release="r0")]).is_healthy is False
    assert replace(GOOD, application=None).is_healthy is None


def test_the_json_holds_the_same() -> None:
    document = GOOD.to_json()
    assert (document["healthy"], document["last_backup_age_s"], document["drift"]) == (True, 7200.0, [])
    assert document["application"]["deployments"][0]["title"] == "revision 1"
    assert document["deployment"] == {"status": "done", "imageOrCommit": "app:1"}
    assert [each["name"] for each in with_application(schedules=[OFFSITE, BACKUP]).to_json()["backups"]] == [
        "backup",
        "offsite",
    ]


def test_what_a_previewed_refresh_finds_is_drift() -> None:
    digest = {
        "steps": [
            {"op": "refresh", "urn": "urn:pulumi:p::c::t::same", "detailedDiff": None},
            {
                "op": "update",
                "urn": "urn:pulumi:p::c::t::web",
                "detailedDiff": {"memoryLimit": {}},
                "diffReasons": None,
            },
            {"op": "delete", "urn": "urn:pulumi:p::c::t::cron", "detailedDiff": None},
        ]
    }
    assert differences(digest) == [
        Drift(name="web", operation="changed", properties=["memoryLimit"]),
        Drift(name="cron", operation="gone", properties=[]),
    ]
    assert differences({}) == []


def test_the_days_of_the_certificate_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority.make(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    with serving(Chat(), authority.issue("chat.localhost", days=40).pair) as port:
        address = Address(host="127.0.0.1", port=port)
        assert certificate_days(_target("chat.localhost", address)) == (39, None)
        days, problem = certificate_days(_target("other.localhost", address))
        assert days is None
        assert "Hostname mismatch" in str(problem)
    days, problem = certificate_days(_target("chat.localhost", Address(host="127.0.0.1", port=9)))
    assert (days, problem) == (None, "127.0.0.1:9 cannot be reached: Connection refused")


def _target(host: str, address: Address) -> Target:
    return Target(url=f"https://{host}", address=address, http_address=None)
