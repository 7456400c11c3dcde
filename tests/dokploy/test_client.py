"""What the client sends and what it does again, against a real server on loopback."""

from __future__ import annotations

import json
import threading

import pytest

from dokploy import transport
from dokploy.errors import (
    Invalid,
    ServerFailure,
)
from tests.dokploy.desk import FINE, KEY, Desk, until
from tests.dokploy.scripted_server import answer, late

# What is sent


def test_a_query_is_a_get_with_the_key_and_json_as_its_type(desk: Desk) -> None:
    server, client = desk.both(answer(200, [1]))
    assert client.query("deployment.readLogs", deploymentId="d/1 ä", tail=5, all=True, gone=None) == [1]
    assert server.lines == ["GET /api/deployment.readLogs?deploymentId=d%2F1+%C3%A4&tail=5&all=true"]
    headers = server.requests[0].headers
    assert (headers["x-api-key"], headers["content-type"]) == (KEY, "application/json")


def test_a_mutation_is_a_post_of_one_flat_object(desk: Desk) -> None:
    server, client = desk.both(FINE)
    assert client.mutate("project.create", {"name": "Zürich", "description": None}) == {"projectId": "p1"}
    assert server.lines == ["POST /api/project.create"]
    assert json.loads(server.requests[0].body) == {"name": "Zürich", "description": None}
    assert server.requests[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("body", ["", " \n"])
def test_an_empty_success_is_none(desk: Desk, body: str) -> None:
    _, client = desk.both(answer(200, text=body))
    assert client.mutate("application.deploy", {"applicationId": "a"}) is None


@pytest.mark.parametrize("value", [None, True, 0, "v0.30.2", [], {"a": None}])
def test_a_success_is_its_json_value(desk: Desk, value: object) -> None:
    _, client = desk.both(answer(200, value))
    assert client.query("settings.getDokployVersion") == value


def test_a_value_that_is_no_json_is_refused_before_it_is_sent_and_not_shown(desk: Desk) -> None:
    server, client = desk.both(FINE)
    with pytest.raises(Invalid, match=r"project\.create") as caught:
        client.mutate("project.create", {"name": {"hunter22"}})
    assert "hunter22" not in str(caught.value)
    assert not server.requests


@pytest.mark.parametrize("procedure", ["project.all/../x", "project", "", "project.all?x=1", "project.all\r\nX: 1"])
def test_only_a_procedure_can_be_called(desk: Desk, procedure: str) -> None:
    server, client = desk.both(FINE)
    with pytest.raises(Invalid, match="no name of a procedure"):
        client.query(procedure)
    assert not server.requests


# Connections


def test_calls_in_a_row_share_a_connection(desk: Desk) -> None:
    server, client = desk.both(FINE)
    for _ in range(3):
        client.query("project.all")
    assert {request.connection for request in server.requests} == {1}


def test_a_connection_that_was_idle_is_not_used_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "IDLE_LIMIT_S", 0.0)
    server, client = desk.both(FINE)
    client.query("project.all")
    client.mutate("project.create", {"name": "n"})
    assert [request.connection for request in server.requests] == [1, 2]


def test_a_slow_call_does_not_hold_up_another(desk: Desk) -> None:
    server, client = desk.both(late(1.0), FINE)
    slow = threading.Thread(target=lambda: client.query("project.all"))
    slow.start()
    until(lambda: bool(server.requests))
    assert client.query("project.one", projectId="p1") == {"projectId": "p1"}
    assert slow.is_alive()
    slow.join()


def test_a_redirect_is_not_followed_and_names_where_it_led(desk: Desk) -> None:
    elsewhere = desk.server(FINE)
    _, client = desk.both(answer(308, headers=f"Location: {elsewhere.url}/api/project.all?x=1\r\n"))
    with pytest.raises(ServerFailure, match="set dokploy:url to the final address") as caught:
        client.query("project.all")
    assert f"redirects to {elsewhere.url};" in str(caught.value)
    assert not elsewhere.requests


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    _, client = desk.both(FINE)
    assert client.query("project.all") == {"projectId": "p1"}


def test_a_proxy_of_the_environment_is_asked_for_any_other_host(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = desk.server(FINE)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    assert desk.client("http://dokploy.test").query("project.all") == {"projectId": "p1"}
    assert proxy.lines == ["GET http://dokploy.test/api/project.all"]


# Version and organisation


@pytest.mark.parametrize(
    ("answered", "version"),
    [("v0.30.2", (0, 30, 2)), ("0.31.0", (0, 31, 0)), ("v1.2", (1, 2)), ("canary", ()), (None, ())],
)
def test_the_version_is_read_once(desk: Desk, answered: str | None, version: tuple[int, ...]) -> None:
    server, client = desk.both(answer(200, answered))
    assert (client.version, client.version) == (version, version)
    assert len(server.requests) == 1


def test_a_tested_version_passes_without_a_word(desk: Desk) -> None:
    _, client = desk.both(answer(200, "v0.30.9"))
    assert client.check_version() is None


@pytest.mark.parametrize("answered", ["v0.31.0", "v1.0.0", "canary"])
def test_a_version_that_was_not_tested_is_a_warning(desk: Desk, answered: str) -> None:
    _, client = desk.both(answer(200, answered))
    assert "tested with 0.30" in (client.check_version() or "")


@pytest.mark.parametrize("answered", ["v0.29.9", "v0.3.0"])
def test_an_older_version_is_refused(desk: Desk, answered: str) -> None:
    _, client = desk.both(answer(200, answered))
    with pytest.raises(Invalid, match=rf"runs Dokploy {answered[1:]}, but the provider needs 0\.30 or later"):
        client.check_version()


def test_the_organization_is_read_once(desk: Desk) -> None:
    server, client = desk.both(answer(200, {"id": "o1", "name": "Org"}))
    assert client.organization()["id"] == client.organization()["id"] == "o1"
    assert server.lines == ["GET /api/organization.active"]


def test_a_key_without_an_organization_is_refused(desk: Desk) -> None:
    _, client = desk.both(answer(200, None))
    with pytest.raises(Invalid, match="belongs to no organisation"):
        client.organization()
