"""The records of updates: what they hold, how they are shown, and that `make up` keeps Pulumi's exit code."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.evidence.records import Drill, Policies, Record, Rollback, Verification, append, evidence_file, read, updates
from ops.evidence.render import markdown

ROOT = Path(__file__).resolve().parents[2]

RECORD = Record(
    time="2026-11-25T12:00:00Z",
    who="A Person",
    commit="0123456789abcdef0123456789abcdef01234567",
    stack="staging",
    result="succeeded",
    exit_code=0,
    changes={"update": 2},
    policies=Policies(pack="chatzwa-sop", version="0.1.0", advising=("network-headers-sent",)),
    deployment_id="dep-1",
    release="rel-1",
    proof="serves",
)
ROLLBACK = Rollback(
    time="2026-11-25T13:00:00Z",
    who="A Person",
    commit=RECORD.commit,
    stack="staging",
    result="succeeded",
    exit_code=0,
    left="web:1.1.0",
    left_release="rel-1",
    to="web:1.0.0",
    to_release="back-1",
    deployment_id="dep-0",
    proof="serves",
)
VERIFICATION = Verification(
    time="2026-11-25T14:00:00Z",
    who="A Person",
    commit=RECORD.commit,
    stack="staging",
    result="failed",
    exit_code=1,
    release="back-1",
    checks={"health": "ok", "load": "ok", "hsts": "failed", "memory": "not measured"},
)


DRILL = Drill(
    time="2026-11-25T15:00:00Z",
    who="A Person",
    commit=RECORD.commit,
    stack="staging",
    result="not proved",
    exit_code=3,
    copy_restored="",
)


def test_how_an_act_ended_is_said_in_its_own_words() -> None:
    rows = markdown([DRILL, VERIFICATION.model_copy(update={"result": "not measured", "exit_code": 3})]).splitlines()

    assert [row.split(" | ")[3] for row in rows[2:]] == ["**not measured** (3)", "**not proved** (3)"]


def test_what_is_appended_is_read_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "state" / "evidence.jsonl"

    append(file, RECORD)
    append(file, RECORD.model_copy(update={"stack": "production"}))
    append(file, ROLLBACK)
    append(file, VERIFICATION)

    found = read(file)
    assert [entry.stack for entry in found] == ["staging", "production", "staging", "staging"]
    assert (found[0], found[2], found[3]) == (RECORD, ROLLBACK, VERIFICATION)
    assert updates(found) == found[:2]


def test_a_record_from_before_there_were_kinds_is_one_of_an_update(tmp_path: Path) -> None:
    file = tmp_path / "evidence.jsonl"
    line = json.loads(RECORD.model_dump_json())
    del line["kind"]
    file.write_text(json.dumps(line))

    assert read(file) == [RECORD]


def test_updates_at_once_leave_whole_lines(tmp_path: Path) -> None:
    file = tmp_path / "evidence.jsonl"
    threads = [threading.Thread(target=append, args=(file, RECORD)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert read(file) == [RECORD] * 20


def test_the_file_is_that_of_the_variable_or_lies_with_the_state(tmp_path: Path) -> None:
    assert evidence_file(tmp_path, {}) == tmp_path / ".pulumi-state/evidence.jsonl"
    assert evidence_file(tmp_path, {"EVIDENCE_FILE": "/elsewhere.jsonl"}) == Path("/elsewhere.jsonl")


def test_no_file_is_no_evidence_yet(tmp_path: Path) -> None:
    assert markdown(read(tmp_path / "none.jsonl")) == "No update has left evidence yet."


@pytest.mark.parametrize("line", ['{"time": "now"}', '{"kind": "another"}', "[]", "no JSON"])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "evidence.jsonl"
    append(file, RECORD)
    file.write_text(f"{file.read_text()}{line}\n")

    with pytest.raises(OpsError, match=r"line 2 of .*evidence\.jsonl is no record of an update"):
        read(file)


def test_the_newest_record_stands_first_and_names_do_no_harm() -> None:
    hostile = RECORD.model_copy(update={"who": "<b>@everyone|x</b>", "exit_code": 255, "result": "failed"})

    lines = markdown([RECORD, hostile]).splitlines()

    assert len(lines) == 4
    assert "**failed** (255)" in lines[2]
    assert "<b>" not in lines[2]
    assert (
        "| update | succeeded | A Person | `0123456789ab` | 2 update | chatzwa-sop 0.1.0: 0 block, 1 advise |"
        in lines[3]
    )


def test_a_rollback_and_a_verification_are_told_in_their_own_words() -> None:
    verified, returned = markdown([ROLLBACK, VERIFICATION]).splitlines()[2:]

    assert "| rollback | succeeded | A Person | `0123456789ab` | from `web:1.1.0` to `web:1.0.0` |" in returned
    assert returned.endswith("| `dep-0` | serves |")
    assert "| verification | **failed** (1) |" in verified
    assert verified.endswith("| `back-1` | 2 ok; failed: hsts; not measured: memory |")


def test_every_kind_fills_every_column() -> None:
    assert {line.count(" | ") for line in markdown([RECORD, ROLLBACK, VERIFICATION]).splitlines() if " | " in line} == {
        10
    }


@pytest.mark.parametrize("code", [0, 1, 255])
def test_make_up_ends_as_pulumi_does_and_leaves_a_record(tmp_path: Path, code: int) -> None:
    """The recipe of the Makefile, with programs in place of Python and Pulumi that write down what they are told."""
    script(
        tmp_path / ".venv/bin/python",
        f'case "$3" in env) echo "export PATH={tmp_path}/tools:$PATH";; *) echo "$@" >> {tmp_path}/told; exit 3;; esac',
    )
    script(
        tmp_path / "tools/pulumi",
        f'case "$1" in up) echo "$@" "$PULUMI_DEBUG_COMMANDS" >> {tmp_path}/told; exit {code};; esac',
    )
    (tmp_path / "Makefile").write_bytes((ROOT / "Makefile").read_bytes())
    (tmp_path / ".venv/.made-in").write_text(str(tmp_path))
    temporary = tmp_path / "tmp"
    temporary.mkdir()

    ended = subprocess.run(
        ["make", "-o", "setup", "up", "STACK=staging", "ARGS=--yes"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )

    told = (tmp_path / "told").read_text().splitlines()
    assert ended.returncode == (2 if code else 0), ended.stdout + ended.stderr
    assert (f"Error {code}" in ended.stderr) == bool(code)
    assert told[0].startswith("up --stack staging --event-log ")
    assert told[0].endswith(" --yes true")
    events = told[0].split()[4]
    assert told[1] == f"-m ops evidence --record staging --events {events} --exit-code {code}"
    assert list(temporary.iterdir()) == []


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_record_holds_nothing_but_names_and_counts() -> None:
    assert set(json.loads(RECORD.model_dump_json())) == {
        *("time", "who", "commit", "stack", "kind", "result", "exit_code", "changes", "policies"),
        *("exemptions", "deployment_id", "release", "proof"),
    }
    assert set(json.loads(VERIFICATION.model_dump_json())) == {
        *("time", "who", "commit", "stack", "kind", "result", "exit_code", "release", "checks"),
    }
