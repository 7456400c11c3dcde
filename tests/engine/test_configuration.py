"""A server or key that is missing or wrong is one line that says what to do, before anything is touched."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from dokploy.simulator import Simulator
from dokploy.simulator.procedures import settings
from tests.engine.conftest import NewWorkspace
from tests.engine.example import application_only
from tests.engine.outcome import Outcome
from tests.engine.workspace import Workspace

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def workspace(simulator: Simulator, new_workspace: NewWorkspace) -> Workspace:
    made = new_workspace(simulator)
    made.write(application_only())
    return made


def _refused(workspace: Workspace) -> Outcome:
    outcome = workspace.up().failed()
    assert outcome.writes == []
    assert workspace.ids == {}
    return outcome


def test_a_missing_url_and_key_name_the_commands_that_set_them(workspace: Workspace) -> None:
    workspace.settings = {"DOKPLOY_URL": None, "DOKPLOY_API_KEY": None}
    error = _refused(workspace).error()
    assert "dokploy:url is not set: run `pulumi config set dokploy:url https://your-server`" in error
    assert "dokploy:apiKey is not set: run `pulumi config set --secret dokploy:apiKey`" in error


def test_a_missing_key_alone_is_named_alone(workspace: Workspace) -> None:
    workspace.settings = {"DOKPLOY_API_KEY": None}
    error = _refused(workspace).error()
    assert "dokploy:apiKey is not set" in error
    assert "dokploy:url" not in error


def test_a_wrong_key_names_the_place_that_it_came_from_and_not_the_key(workspace: Workspace) -> None:
    workspace.settings = {"DOKPLOY_API_KEY": "wrong-key-of-somebody"}
    outcome = _refused(workspace)
    assert "bad, expired or exhausted API key" in outcome.error()
    assert "set the variable DOKPLOY_API_KEY to it" in outcome.error()
    assert "dokploy:apiKey" not in outcome.error()
    assert "wrong-key-of-somebody" not in outcome.text


def test_a_server_that_is_down_is_named_with_its_address(workspace: Workspace) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    workspace.settings = {"DOKPLOY_URL": f"http://127.0.0.1:{port}"}
    error = _refused(workspace).error()
    assert f"no connection to http://127.0.0.1:{port} (connection refused)" in error
    assert "check DOKPLOY_URL and that Dokploy runs" in error


def test_a_server_that_is_too_old_is_refused(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VERSION", "v0.29.9")
    error = _refused(workspace).error()
    assert "the server runs Dokploy 0.29.9, but the provider needs 0.30 or later" in error


def test_a_newer_server_is_used_with_a_warning(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VERSION", "v0.31.0")
    outcome = workspace.up().succeeded()
    assert "warning: the server runs Dokploy 0.31.0; the provider is tested with 0.30" in outcome.text


def test_an_unknown_property_is_refused_by_its_name_before_anything_is_made(workspace: Workspace) -> None:
    program = application_only()
    program["web"]["memory_limit"] = "a lot"
    program["web"]["env"] = {"TOKEN": "canary-${{project.TOKEN}}"}
    outcome = workspace.preview(program).failed()
    assert "memoryLimit" in outcome.text
    assert "a lot" in outcome.text
    assert "canary" not in outcome.text
    assert "Traceback" not in outcome.text
