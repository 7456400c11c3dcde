"""`python -m ops drill` on a stack that was deployed by the real engine to a Dokploy in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dokploy.simulator import Fault
from ops.drill.run import outcome
from ops.evidence.records import Drill, read
from tests.ops.deployed import STACK, Copy, deployed


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("drill") / "checkout") as made:
        yield made


def schedule(copy: Copy) -> dict[str, Any]:
    (row,) = (row for row in copy.simulator.state.schedules.values() if row["name"] == "drill")
    return row


def runs(copy: Copy) -> int:
    id = schedule(copy)["scheduleId"]
    return sum(row["scheduleId"] == id for row in copy.simulator.state.deployments.values())


@pytest.mark.engine
def test_a_drill_runs_the_schedule_once_and_leaves_its_record_also_when_the_answer_is_lost(copy: Copy) -> None:
    told = copy.ops("drill", STACK, "--json")
    assert (told.returncode, json.loads(told.stdout)["result"]) == (0, "restored"), told.stdout + told.stderr
    assert runs(copy) == 1

    copy.simulator.fail(Fault(procedure="schedule.runManually", kind="drop_after"))
    lost = copy.ops("drill", STACK)
    assert lost.returncode == 0, lost.stdout + lost.stderr
    assert runs(copy) == 2

    records = read(copy.checkout.folder / ".pulumi-state/evidence.jsonl")
    assert [(type(each), each.stack, each.result) for each in records] == [(Drill, STACK, "restored")] * 2


@pytest.mark.engine
def test_a_copy_that_cannot_be_restored_fails_and_a_stack_without_a_drill_says_how_to_get_one(copy: Copy) -> None:
    row = schedule(copy)
    kept, row["command"] = row["command"], "exit 1"
    failed = copy.ops("drill", STACK)
    row["command"] = kept
    assert failed.returncode == 1
    assert failed.stdout.count("\n") == 1

    row["name"] = "other"
    missing = copy.ops("drill", STACK)
    row["name"] = "drill"
    assert missing.returncode == 3
    assert f"error: stack {STACK} has no schedule drill: make it with `make up STACK={STACK}`\n" in missing.stderr


def test_the_drills_own_line_is_what_is_told() -> None:
    log = "Initializing schedule\ndocker exec a1 bash -c x\n{}\nCommand executed\n"

    good = outcome(True, log.format("restore drill ok: /app/backups/database-20261125-020000.db, 8192 bytes, 2 tables"))
    bad = outcome(False, log.format("restore drill failed: there is no copy in /app/backups"))

    assert good.copy == "/app/backups/database-20261125-020000.db"
    assert (bad.copy, bad.said) == ("", "restore drill failed: there is no copy in /app/backups")


def test_without_a_line_of_its_own_the_end_of_the_log_is_told() -> None:
    assert outcome(False, "Initializing schedule\n\u274c Container not found\n\n").said == "\u274c Container not found"
