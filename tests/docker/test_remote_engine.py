"""The stack on an engine behind SSH: everything lands on that machine, and only if its key is known.

The tests build on one another, in this order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.docker import sshd
from tests.docker.engine import Engine
from tests.docker.stack import Stack

pytestmark = pytest.mark.docker


def errors(text: str) -> list[str]:
    """The errors of a run, each once, without the one that says that there were some."""
    told = re.findall(r"^ +error: (.*)$", text, flags=re.MULTILINE)
    return [line for line in dict.fromkeys(told) if line != "update failed"]


@pytest.fixture(scope="module")
def server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sshd.Server]:
    """A server that runs, whose key nobody knows yet."""
    if (reason := sshd.why_not()) is not None:
        pytest.skip(f"NO SSH SERVER, SO A REMOTE ENGINE IS NOT TESTED: {reason}")
    made = sshd.Server.make(tmp_path_factory.mktemp("remote"), engine.address)
    made.start()
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def remote(stack: Stack, server: sshd.Server) -> Stack:
    stack.config["docker"]["host"] = server.url
    server.client(stack.folder / "bin")
    return stack


def test_a_machine_whose_key_is_not_known_is_not_spoken_to(remote: Stack, server: sshd.Server) -> None:
    ran = remote.up()
    assert ran.code != 0
    assert errors(ran.text) == [
        f"docker.host {server.url} has a key that is not known here, so nothing was sent; compare it and accept it "
        f"once: ssh -p {server.port} {server.user}@127.0.0.1"
    ]
    assert "Accepted publickey" not in server.log
    assert not server.crontab


def test_an_update_runs_on_that_machine_and_writes_its_crontab(remote: Stack, server: sshd.Server) -> None:
    server.trust()
    ran = remote.up().well()
    assert "healthy after" in ran.text
    assert remote.get("/api/health")["status"] == "ok"
    assert sorted(re.sub(r".*# ", "", line) for line in server.crontab) == [
        f"{remote.container}:{job}" for job in ("backup", "drill", "prune", "storage")
    ]
    assert (server.home / f".chatzwa/cron/{remote.container}-backup.sh").is_file()
    assert not remote.crontab, "nothing lands on this machine"


def test_a_machine_whose_key_has_changed_is_not_spoken_to(remote: Stack, server: sshd.Server) -> None:
    server.stop()
    server.new_host_key()
    server.start()
    before = server.log.count("Accepted publickey")
    ran = remote.up()
    assert ran.code != 0
    (told,) = errors(ran.text)
    assert told.startswith(f"docker.host {server.url} shows another key than the known one, so nothing was sent")
    assert f"ssh-keygen -R '[127.0.0.1]:{server.port}'" in told
    assert server.log.count("Accepted publickey") == before


def test_a_destroyed_stack_leaves_nothing_there(remote: Stack, server: sshd.Server) -> None:
    server.trust()
    remote.pulumi("destroy", "--yes", "--skip-preview").well()
    for kind in ("ps --all", "volume", "network"):
        assert remote.engine.names(kind, remote.container) == [], kind
    assert server.crontab == []
    assert not (server.home / ".chatzwa").exists()
