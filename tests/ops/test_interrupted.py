"""A stack that a killed run left behind is taken up by the next one; what somebody else is at is left alone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ops.errors import OpsError
from ops.interrupted import take_up

ROOT = Path(__file__).resolve().parents[2]
URN = "urn:pulumi:staging::chatzwa::dokploy:index:Application::web"


class Checkout:
    """A project whose state lies in files, with a CLI that writes down what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.state = folder, folder / "state"
        self.locks = self.state / ".pulumi" / "locks" / "organization" / "chatzwa" / "staging"
        self.said: list[str] = []
        self.url = f"file://{self.state}"
        self.locks.mkdir(parents=True)
        (folder / "Pulumi.yaml").write_text("name: chatzwa\n")
        self.asked = folder / "asked"
        self.asked.touch()
        self.cli = folder / "pulumi"
        self.cli.write_text(
            f'#!/bin/sh\necho "$2" >> "{self.asked}"\n[ "$2" = import ] && cat > imported || echo "{{}}"\n'
        )
        self.cli.chmod(0o755)

    def lock(self, **change: Any) -> Path:
        path = self.locks / f"lock-{len(list(self.locks.iterdir()))}.json"
        made_by = {
            "pid": _dead(),
            "username": "ops",
            "hostname": socket.gethostname(),
            "timestamp": "2026-01-01T00:00:00Z",
        }
        path.write_text(json.dumps({**made_by, **change}))
        return path

    def checkpoint(self, resource: dict[str, Any] | None, *pending: tuple[str, str]) -> None:
        path = self.state / ".pulumi" / "stacks" / "chatzwa" / "staging.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        latest = {
            "resources": [{"urn": URN, "id": "a1", **resource}] if resource is not None else [],
            "pending_operations": [{"type": kind, "resource": {"urn": urn}} for kind, urn in pending],
        }
        path.write_text(json.dumps({"checkpoint": {"latest": latest}}))

    def take_up(self) -> None:
        take_up(self.folder, "staging", self.cli, {"PULUMI_BACKEND_URL": self.url}, self.said.append)


def _dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_lock_of_a_process_that_is_gone_is_removed_and_said(checkout: Checkout) -> None:
    lock = checkout.lock()
    checkout.take_up()
    assert not lock.exists()
    (line,) = checkout.said
    assert "left stack staging locked: going on from there" in line


def test_the_number_of_a_process_that_another_program_has_by_now_is_no_lock(checkout: Checkout) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs Linux's list of processes")
    lock = checkout.lock(pid=os.getpid())
    checkout.take_up()
    assert not lock.exists()


def test_the_lock_of_a_running_pulumi_stays(checkout: Checkout, tmp_path: Path) -> None:
    program = tmp_path / "pulumi-at-work"
    program.write_text("#!/bin/sh\nread line\n")
    program.chmod(0o755)
    with subprocess.Popen([str(program)], stdin=subprocess.PIPE) as running:
        lock = checkout.lock(pid=running.pid)
        checkout.take_up()
        assert lock.exists()
        assert checkout.said == []
        running.communicate(b"\n")


@pytest.mark.parametrize("change", [{"hostname": "another.machine"}, {"pid": "no number"}, {"hostname": None}])
def test_a_lock_that_cannot_be_judged_here_stays(checkout: Checkout, change: dict[str, Any]) -> None:
    lock = checkout.lock(**change)
    checkout.take_up()
    assert lock.exists()


def test_the_locks_of_other_stacks_are_none_of_its_business(checkout: Checkout) -> None:
    lock = checkout.lock()
    other = checkout.locks.parent / "production" / "lock.json"
    other.parent.mkdir()
    lock.rename(other)
    checkout.take_up()
    assert other.exists()


@pytest.mark.parametrize("url", ["s3://bucket", "https://api.pulumi.com", ""])
def test_a_state_that_lies_elsewhere_is_not_touched(checkout: Checkout, url: str) -> None:
    checkout.lock()
    checkout.url = url
    checkout.take_up()
    assert checkout.said == []


def test_pending_creates_that_the_state_holds_by_now_are_forgotten(checkout: Checkout) -> None:
    checkout.checkpoint({}, ("creating", URN))
    checkout.take_up()
    assert checkout.asked.read_text().split() == ["export", "import"]
    assert (checkout.folder / "imported").read_text() == "{}\n"
    assert checkout.said == ["forgot what a killed run was creating in stack staging, since it is all there now: web"]


@pytest.mark.parametrize(
    ("resource", "pending"),
    [
        (None, [("creating", URN)]),
        ({"delete": True}, [("creating", URN)]),
        ({"pendingReplacement": True}, [("creating", URN)]),
        ({}, [("creating", URN), ("creating", URN + "-other")]),
        ({}, [("deleting", URN)]),
        ({}, []),
    ],
)
def test_pending_operations_that_may_still_be_needed_are_kept(
    checkout: Checkout, resource: dict[str, Any] | None, pending: list[tuple[str, str]]
) -> None:
    checkout.checkpoint(resource, *pending)
    checkout.take_up()
    assert checkout.asked.read_text() == ""


def test_nothing_is_forgotten_while_another_run_has_the_stack(checkout: Checkout) -> None:
    checkout.checkpoint({}, ("creating", URN))
    checkout.lock(hostname="another.machine")
    checkout.take_up()
    assert checkout.asked.read_text() == ""


def test_a_state_that_cannot_be_written_is_one_line(checkout: Checkout) -> None:
    checkout.checkpoint({}, ("creating", URN))
    checkout.cli.write_text("#!/bin/sh\necho 'error: no passphrase' >&2\nexit 255\n")
    with pytest.raises(OpsError, match=r"^pulumi stack export failed: error: no passphrase$"):
        checkout.take_up()


def test_what_make_asks_before_each_run_takes_the_stack_up(checkout: Checkout) -> None:
    """`make up` begins with it: nobody has to know how a lock is removed."""
    recipe = subprocess.run(
        ["make", "--dry-run", "up", "STACK=staging"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "-m ops env --stack staging" in recipe
    lock = checkout.lock()
    ended = subprocess.run(
        [sys.executable, "-m", "ops", "env", "--stack", "staging"],
        cwd=ROOT,
        env={**os.environ, "PULUMI_BACKEND_URL": checkout.url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert not lock.exists()
    assert "left stack staging locked" in ended.stderr
    assert "locked" not in ended.stdout
