"""A private engine, for real: what it runs, and that nothing of it stays when it has ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.docker_engine import network
from ops.docker_engine.base_image import NAME, make_base_image
from ops.docker_engine.leftovers import command_line
from ops.docker_engine.private import SOCKET_PATH_LIMIT, PrivateEngine
from ops.errors import OpsError
from ops.progress import Progress

pytestmark = pytest.mark.docker

SERVES = "mkdir /www; echo hello > /www/index.html; exec httpd -f -p 80 -h /www"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[PrivateEngine]:
    """The engine of a checkout of its own, not started."""
    engine = PrivateEngine.of(tmp_path / "check out" / ".tools" / "engine")
    if not engine.is_possible():
        pytest.skip("NO PRIVATE DOCKER ENGINE can run here (it needs root and Debian's docker.io): not tested")
    yield engine
    engine.stop()


def docker(engine: PrivateEngine, *arguments: str) -> str:
    answer = subprocess.run(
        ["docker", "--host", engine.url, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.strip()


def serve(engine: PrivateEngine) -> int:
    """Let a container on a network of its own answer on a port of this machine, and return its process."""
    make_base_image(engine.url, Progress())
    docker(engine, "network", "create", "net")
    run = ("run", "--detach", "--stop-timeout", "1")
    docker(engine, *run, "--name", "web", "--network", "net", "--publish", "127.0.0.1::80", NAME, "sh", "-c", SERVES)
    docker(engine, *run, "--name", "default", NAME, "sleep", "600")
    return int(docker(engine, "inspect", "--format", "{{.State.Pid}}", "web"))


def left(engine: PrivateEngine) -> dict[str, object]:
    """All that could be left of an engine, beside its data."""
    bridges = {engine.bridge, *network.bridges_of(engine.folder / "data")}
    links = json.loads(subprocess.run(["ip", "-json", "link"], capture_output=True, check=True).stdout)
    rules = [
        subprocess.run(["iptables", "-t", table, "-S"], capture_output=True, text=True, check=True).stdout
        for table in ("filter", "nat")
    ]
    mounts = Path("/proc/self/mountinfo").read_text().replace("\\040", " ")
    processes = [" ".join(command_line(int(p.name))) for p in Path("/proc").iterdir() if p.name.isdigit()]
    return {
        "links": sorted(bridges & {link["ifname"] for link in links}),
        "rules": sorted(bridge for bridge in bridges if any(bridge in table for table in rules)),
        "mounts": [line for line in mounts.splitlines() if str(engine.run) in line or str(engine.folder) in line],
        "processes": [line for line in processes if str(engine.run) in line or str(engine.folder) in line],
        "run": engine.run.exists(),
    }


NOTHING: dict[str, object] = {"links": [], "rules": [], "mounts": [], "processes": [], "run": False}


def test_it_runs_containers_and_leaves_nothing_but_its_data(engine: PrivateEngine) -> None:
    assert engine.start()
    assert not engine.start()
    web = serve(engine)
    port = docker(engine, "port", "web", "80").rpartition(":")[2]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=10) as answer:
        assert answer.read() == b"hello\n"
    assert left(engine) != NOTHING
    bridges = network.bridges_of(engine.folder / "data")
    assert len(bridges) == 1

    assert engine.stop()
    assert left(engine) == NOTHING
    assert not command_line(web)
    assert not engine.stop()

    assert engine.start()
    assert docker(engine, "image", "inspect", "--format", "{{.RepoTags}}", NAME) == f"[{NAME}]"
    assert engine.stop()
    assert left(engine) == NOTHING


def test_stop_cleans_up_after_a_dockerd_that_was_killed(engine: PrivateEngine) -> None:
    engine.start()
    web = serve(engine)
    dockerd = int((engine.run / "dockerd.pid").read_text())
    os.kill(dockerd, signal.SIGKILL)
    assert command_line(web)
    assert engine.stop()
    assert left(engine) == NOTHING
    assert not command_line(web)


def test_a_start_after_a_kill_begins_anew(engine: PrivateEngine) -> None:
    engine.start()
    os.kill(int((engine.run / "dockerd.pid").read_text()), signal.SIGKILL)
    assert engine.start()
    assert engine.runs()


def test_two_starts_at_once_start_one(engine: PrivateEngine) -> None:
    started: list[bool] = []
    threads = [threading.Thread(target=lambda: started.append(engine.start())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(started) == [False, False, True]


def test_one_that_cannot_start_is_one_line_and_leaves_nothing(engine: PrivateEngine) -> None:
    engine.folder.mkdir(parents=True)
    (engine.folder / "data").write_text("in the way")
    with pytest.raises(OpsError, match=r"^the private Docker engine ended: .* \(all of it: .*dockerd\.log\)$"):
        engine.start()
    assert left(engine) == NOTHING


def test_addresses_that_another_bridge_has_by_now_are_one_line_and_leave_nothing(engine: PrivateEngine) -> None:
    engine.start()
    links = json.loads(subprocess.run(["ip", "-json", "address"], capture_output=True, check=True).stdout)
    (mine,) = [link["addr_info"][0] for link in links if link.get("ifname") == engine.bridge]
    engine.stop()
    other = f"chzt-{os.getpid()}"
    subprocess.run(["ip", "link", "add", "name", other, "type", "bridge"], check=True)
    try:
        address = f"{mine['local']}/{mine['prefixlen']}"
        subprocess.run(["ip", "address", "add", address, "dev", other], check=True)
        with pytest.raises(OpsError, match=rf"^the private Docker engine's network .* is {other}'s too: .*make engine"):
            engine.start()
    finally:
        network.remove_bridges([other])
    assert left(engine) == NOTHING


def test_a_process_that_took_over_the_number_of_the_old_one_is_not_touched(engine: PrivateEngine) -> None:
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        engine.run.mkdir(parents=True)
        engine.folder.mkdir(parents=True, exist_ok=True)
        (engine.run / "dockerd.pid").write_text(str(stranger.pid))
        assert not engine.runs()
        engine.stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_long_path_of_a_checkout_is_no_obstacle(tmp_path: Path) -> None:
    engine = PrivateEngine.of(tmp_path / ("long" * 30))
    if not engine.is_possible():
        pytest.skip("NO PRIVATE DOCKER ENGINE can run here (it needs root and Debian's docker.io): not tested")
    assert len(os.fsencode(engine.url.removeprefix("unix://"))) < SOCKET_PATH_LIMIT
    try:
        engine.start()
        assert docker(engine, "ps", "--quiet") == ""
    finally:
        engine.stop()
    assert left(engine) == NOTHING
