"""A port that another program holds stops a preview and an update before they touch what runs."""

from __future__ import annotations

import socket

import pytest

from tests.docker.stack import Stack

pytestmark = pytest.mark.docker


def test_a_taken_port_is_told_by_the_preview_and_leaves_what_runs_alone(stack: Stack) -> None:
    stack.up().well()
    running = stack.engine.inspect(stack.container)["Id"]
    stack.pulumi("preview", "--expect-no-changes").well()  # it holds the port itself
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        stack.config["docker"]["hostPort"] = taken
        for ran in (stack.pulumi("preview"), stack.up()):
            assert ran.code != 0
            assert f"docker.hostPort: {taken} of 127.0.0.1 is taken by another program; end it, or choose" in ran.text
            assert "Traceback" not in ran.text
            assert "provider2.go" not in ran.text
        found = stack.engine.inspect(stack.container)
        assert (found["Id"], found["State"]["Status"]) == (running, "running")
    stack.up().well()
    assert stack.engine.inspect(stack.container)["Id"] != running
