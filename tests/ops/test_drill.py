"""`python -m ops drill` on a stack that was deployed by the real engine to a Dokploy in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dokploy.simulator import Fault
from ops.drill.command import by_hand
from ops.drill.run import Outcome, outcome
from ops.evidence.records import Drill, Entry, read
from tests.ops.deployed import STACK, Copy, deployed


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("drill") / "checkout") as made:
        yield made


def schedule(copy: Copy) -> dict[str, Any]:
    (row,) = (row for row in copy.simulator.state.schedules.values() if row["name"] == "drill")
    return row


@contextmanager
def running(copy: Copy, command: str) -> Iterator[None]:
    """Dokploy in memory runs nothing; its log shows the command, so that a command can hold what a script would say."""
    row = schedule(copy)
    kept, row["command"] = row["command"], command
    try:
        yield
    finally:
        row["command"] = kept


def evidence(copy: Copy) -> list[Entry]:
    return read(copy.checkout.folder / ".pulumi-state/evidence.jsonl")


def runs(copy: Copy) -> int:
    id = schedule(copy)["scheduleId"]
    return sum(row["scheduleId"] == id for row in copy.simulator.state.deployments.values())


@pytest.mark.engine
def test_a_drill_runs_the_schedule_once_and_leaves_its_record_also_when_the_answer_is_lost(copy: Copy) -> None:
    before, ran = len(evidence(copy)), runs(copy)
    with running(copy, f"{schedule(copy)['command']}\n{OK}"):
        told = copy.ops("drill", STACK, "--json")
        assert (told.returncode, json.loads(told.stdout)["result"]) == (0, "restored"), told.stdout + told.stderr
        assert runs(copy) == ran + 1

        copy.simulator.fail(Fault(procedure="schedule.runManually", kind="drop_after"))
        lost = copy.ops("drill", STACK)
    assert (lost.returncode, lost.stdout) == (0, f"{OK}\n"), lost.stdout + lost.stderr
    assert runs(copy) == ran + 2

    left = evidence(copy)[before:]
    assert [(type(each), each.stack, each.result) for each in left] == [(Drill, STACK, "restored")] * 2
    assert [each.copy_restored for each in left if isinstance(each, Drill)] == [FILE] * 2


@pytest.mark.engine
def test_a_run_that_says_nothing_of_a_restore_proves_none(copy: Copy) -> None:
    before = len(evidence(copy))

    told = copy.ops("drill", STACK)

    assert told.returncode == 3, told.stdout + told.stderr
    assert told.stdout.startswith("it cannot be told whether a copy was restored")
    assert told.stdout.count("\n") == 1
    (left,) = evidence(copy)[before:]
    assert isinstance(left, Drill)
    assert (left.result, left.exit_code, left.copy_restored) == ("not proved", 3, "")


@pytest.mark.engine
def test_a_copy_that_cannot_be_restored_fails_and_a_stack_without_a_drill_says_how_to_get_one(copy: Copy) -> None:
    with running(copy, "exit 1"):
        failed = copy.ops("drill", STACK)
    assert failed.returncode == 1
    assert failed.stdout.count("\n") == 1

    row = schedule(copy)
    row["name"] = "other"
    missing = copy.ops("drill", STACK)
    row["name"] = "drill"
    assert missing.returncode == 3
    assert f"error: stack {STACK} has no schedule drill: make it with `make up STACK={STACK}`\n" in missing.stderr


LOG = 'Initializing schedule\ndocker exec a1 bash -c set -u\necho "restore drill ok: $copy, 1 bytes"\n{}\nExecuted\n'
FILE = "/app/my backups/database-20261125-020000.db"
OK = f"restore drill ok: {FILE}, 8192 bytes, 2 tables, 40 rows"
NO_COPY = "restore drill failed: there is no copy in /app/backups"


@pytest.mark.parametrize(
    ("done", "log", "found"),
    [
        (True, LOG.format(OK), Outcome(result="restored", said=OK, copy=FILE)),
        (False, LOG.format(NO_COPY), Outcome(result="failed", said=NO_COPY)),
        # A command that hides the script's exit code.
        (True, LOG.format(NO_COPY), Outcome(result="failed", said=NO_COPY)),
        (False, LOG.format(OK), Outcome(result="failed", said=OK)),
        # Without a line of its own the end of the log is told.
        (
            False,
            "Initializing schedule\n\u274c Container not found\n\n",
            Outcome(result="failed", said="\u274c Container not found"),
        ),
        (False, "", Outcome(result="failed", said="there is no log")),
    ],
)
def test_only_the_scripts_own_line_proves_a_restore(done: bool, log: str, found: Outcome) -> None:
    assert outcome(done, log, STACK) == found


@pytest.mark.parametrize("log", [LOG.format("hello"), ""])
def test_a_run_that_is_done_and_says_nothing_cannot_be_told(log: str) -> None:
    found = outcome(True, log, STACK)

    assert (found.result, found.copy) == ("not proved", "")
    assert "its log has no line `restore drill ok: ...`" in found.said
    assert "\n" not in found.said


def test_on_a_docker_engine_the_script_is_named() -> None:
    assert "`sh ~/.chatzwa/cron/chatzwa-local-drill.sh`" in by_hand("local", "chatzwa-local")
    assert "`make up STACK=local`" in by_hand("local", None)
