"""The app's port is asked for before the old container goes: free, the stack's own, or one line."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components.engine import Engine
from components.platforms.docker.machine import Machine
from components.platforms.docker.port import require_port
from tests.components.program import Server, run
from tests.components.stacks import local

SOCKET = "unix:///var/run/docker.sock"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of the loopback interface on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a `docker` command that answers what the file `ps` holds, and fails without it."""
    command = tmp_path / "docker"
    command.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nexec cat {tmp_path}/ps\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    pulumi.runtime.set_mocks(Server(), project="chatzwa", stack="local")
    return tmp_path


def require(port: int, *, address: str | None = SOCKET, bind: str = "127.0.0.1") -> None:
    require_port(Machine(address=address), Engine(bind=bind, host_port=port), "chatzwa-local")


@pytest.mark.parametrize(("others", "by"), [("", "another program"), ("some-site\n", "the container some-site")])
@pytest.mark.parametrize("address", [SOCKET, None])
def test_a_port_that_another_holds_is_one_line_with_its_key_and_a_way_out(
    taken: int, engine: Path, others: str, by: str, address: str | None
) -> None:
    (engine / "ps").write_text(others)
    with pytest.raises(pulumi.RunError) as caught:
        require(taken, address=address)
    assert str(caught.value) == (
        f"docker.hostPort: {taken} of 127.0.0.1 is taken by {by}; end it, or choose another: "
        "pulumi config set --path docker.hostPort PORT --stack local"
    )
    asked = (engine / "asked").read_text()
    assert asked.startswith("ps" if address is None else f"--host {SOCKET} ps")
    assert f"publish={taken}" in asked


def test_the_stacks_own_container_may_hold_it(taken: int, engine: Path) -> None:
    (engine / "ps").write_text("chatzwa-local\n")
    require(taken)


def test_an_engine_that_does_not_answer_is_not_judged(taken: int, engine: Path) -> None:
    require(taken)
    assert (engine / "asked").exists()


@pytest.mark.parametrize("address", ["ssh://deploy@server.company.co", "tcp://10.0.0.5:2376"])
def test_the_ports_of_another_machine_are_not_asked_for_here(taken: int, engine: Path, address: str) -> None:
    (engine / "ps").touch()
    require(taken, address=address)
    assert not (engine / "asked").exists()


@pytest.mark.parametrize("bind", ["127.0.0.1", "::1", "203.0.113.7", "0.0.0.0"])
def test_a_free_port_asks_nobody(engine: Path, bind: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    (engine / "ps").touch()
    require(free, bind=bind)
    assert not (engine / "asked").exists()


def test_the_program_asks_before_it_makes_anything(taken: int, engine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (engine / "ps").touch()
    monkeypatch.setenv("DOCKER_HOST", SOCKET)
    config: dict[str, Any] = local()
    config["docker"]["hostPort"] = taken
    with pytest.raises(pulumi.RunError, match=r"docker\.hostPort"):
        run("local", config, listening=True)
