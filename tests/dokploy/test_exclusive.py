"""The lock by which two runs on one machine take turns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dokploy.deadline import Deadline
from dokploy.errors import Conflict
from dokploy.exclusive import Exclusive

HOLD = """
import sys
from pathlib import Path
from dokploy.exclusive import Exclusive
with Exclusive("server", Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate(timeout=5)


def test_another_process_is_waited_for(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    threading.Timer(0.3, holder.kill).start()
    began = time.monotonic()
    with Exclusive("server", tmp_path):
        assert time.monotonic() - began >= 0.25


def test_a_killed_process_holds_nothing(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    with Exclusive("server", tmp_path):
        assert holder.wait() != 0


def test_it_is_waited_for_as_long_as_the_operation_may_take(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    lock = Exclusive("server", tmp_path)
    told: list[str] = []

    def operation() -> None:
        Deadline.after(0.2).limit()
        with pytest.raises(Conflict) as refused, lock:
            pass
        told.append(str(refused.value))

    thread = threading.Thread(target=operation)
    thread.start()
    thread.join(5)
    assert told
    assert "another run on this machine" in told[0]
    assert "\n" not in told[0]
    holder.kill()
    with lock:
        assert True, "it can be had afterwards"


def test_two_servers_have_locks_of_their_own(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with Exclusive("another server", tmp_path):
        assert holder.poll() is None


def test_threads_take_turns_too_where_no_file_can_be_written(tmp_path: Path) -> None:
    lock = Exclusive("server", tmp_path / "missing")
    inside, most = 0, 0

    def work() -> None:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert most == 1


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    with Exclusive("server", tmp_path):
        (made,) = tmp_path.iterdir()
    made.unlink()
    made.symlink_to(tmp_path / "trap")
    with Exclusive("server", tmp_path):
        assert not (tmp_path / "trap").exists()


def test_only_its_user_may_open_it(tmp_path: Path) -> None:
    with Exclusive("server", tmp_path):
        (made,) = tmp_path.iterdir()
        assert made.stat().st_mode & 0o777 == 0o600
        assert str(os.getuid()) in made.name
