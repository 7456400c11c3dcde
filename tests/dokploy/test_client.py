"""What the client sends and what it does again, against a real server on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dokploy import transport
from dokploy.errors import (
    AnswerLost,
    DokployError,
    Invalid,
    ServerFailure,
    Unreachable,
)
from tests.dokploy.desk import BARE_401, FINE, KEY, PAGE, Desk, coded, until
from tests.dokploy.scripted_server import Say, ScriptedServer, answer, half, late, silence

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


# What is done again


@pytest.mark.parametrize(
    "trouble",
    [silence, half, BARE_401, answer(200, text='{"projectId": '), answer(200, text=PAGE),
     answer(502, text=PAGE), answer(503, text="busy"), answer(429, text=""), coded(500, "X", "fetch failed")],
    ids=["dropped", "truncated", "database away", "half JSON", "page", "502", "503", "429", "500"],
)  # fmt: skip
def test_a_query_survives_a_passing_trouble(desk: Desk, trouble: Say) -> None:
    server, client = desk.worked(trouble, trouble, FINE)
    assert client.query("project.all") == {"projectId": "p1"}
    assert len(server.requests) == 3


@pytest.mark.parametrize("trouble", [silence, BARE_401, answer(502, text=PAGE)], ids=["dropped", "401", "502"])
def test_a_query_is_tried_for_as_long_as_a_restart_may_take(desk: Desk, trouble: Say) -> None:
    server, client = desk.worked(trouble, away_s=0.4)
    began = time.monotonic()
    with pytest.raises(DokployError):
        client.query("project.all")
    assert 0.1 < time.monotonic() - began < 2
    assert len(server.requests) > 4


def test_a_query_that_gets_no_answer_in_time_is_asked_twice(desk: Desk) -> None:
    server, client = desk.worked(late(1.0), away_s=0.1, timeout_s=0.2)
    with pytest.raises(Unreachable, match=r"did not answer within 0\.2 s"):
        client.query("project.all")
    assert len(server.requests) == 2


def test_nothing_is_tried_twice_without_patience(desk: Desk) -> None:
    server, client = desk.worked(silence, away_s=0.0)
    with pytest.raises(Unreachable):
        client.query("project.all")
    assert len(server.requests) == 1


# The server itself asks to wait


def test_a_server_that_asks_to_wait_is_given_the_time(desk: Desk) -> None:
    for status in (429, 503):
        server, client = desk.worked(answer(status, text="busy", headers="Retry-After: 1\r\n"), FINE, busy_s=5.0)
        began = time.monotonic()
        assert client.mutate("project.create", {"name": "n"}) == {"projectId": "p1"}
        assert time.monotonic() - began >= 1
        assert len(server.requests) == 2


def test_a_server_that_asks_to_wait_too_long_is_given_up_at_once_and_the_time_is_said(desk: Desk) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for asked in ("3600", moment):
        server, client = desk.worked(answer(429, text="slow down", headers=f"Retry-After: {asked}\r\n"))
        with pytest.raises(ServerFailure, match=r"it asks to wait 3(600|599) s"):
            client.query("project.all")
        assert len(server.requests) == 1


@pytest.mark.parametrize("asked", ["soon", "-3", "Mon, 32 Foo 2026", ""])
def test_a_wish_that_is_no_time_is_no_wish(desk: Desk, asked: str) -> None:
    server, client = desk.worked(answer(429, text="slow down", headers=f"Retry-After: {asked}\r\n"), FINE)
    assert client.query("project.all") == {"projectId": "p1"}
    assert len(server.requests) == 2


def test_what_is_waited_for_is_said(desk: Desk) -> None:
    said: list[str] = []
    server = desk.server(FINE, silence)
    client = desk.client(server.url, say=said.append)
    client.query("project.all")
    with pytest.raises(Unreachable):
        client.query("project.all")
    assert said
    assert all(line.startswith("waiting for Dokploy: project.all: the connection") for line in said)


# What is given up


@pytest.mark.parametrize("trouble", [silence, answer(502, text=PAGE)])
def test_a_server_that_never_answered_is_given_up_sooner(desk: Desk, trouble: Say) -> None:
    server, client = desk.both(trouble)
    with pytest.raises(DokployError):
        client.query("project.all")
    assert len(server.requests) == 3


def test_a_failure_of_dokploys_own_is_given_up_sooner(desk: Desk) -> None:
    server, client = desk.worked(coded(500, "INTERNAL_SERVER_ERROR", "fetch failed"))
    with pytest.raises(ServerFailure):
        client.query("project.all")
    assert len(server.requests) == 3


@pytest.mark.parametrize("trouble", [BARE_401, answer(503, text="busy"), answer(429, text="slow down")])
def test_a_mutation_that_was_not_processed_is_sent_again(desk: Desk, trouble: Say) -> None:
    server, client = desk.worked(trouble, FINE)
    assert client.mutate("project.create", {"name": "n"}) == {"projectId": "p1"}
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "trouble",
    [silence, half, answer(502, text=PAGE), answer(504, text="late"), answer(200, text=PAGE),
     answer(200, text="{")],
    ids=["dropped", "truncated", "502", "504", "page", "half JSON"],
)  # fmt: skip
def test_a_mutation_whose_answer_is_lost_is_sent_once_and_says_so(desk: Desk, trouble: Say) -> None:
    server, client = desk.worked(trouble, FINE)
    with pytest.raises(AnswerLost, match=r"project\.create: .*unknown: run the same command again"):
        client.mutate("project.create", {"name": "n"})
    assert len(server.requests) == 1


@pytest.mark.parametrize("trouble", [silence, half, answer(502, text=PAGE), coded(500, "X", "fetch failed")])
def test_a_repeatable_mutation_is_sent_again(desk: Desk, trouble: Say) -> None:
    server, client = desk.worked(trouble, FINE)
    client.mutate("project.update", {"projectId": "p1", "name": "n"}, repeatable=True)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 409, 413, 415])
@pytest.mark.parametrize("method", ["query", "mutate"])
def test_a_refusal_is_not_repeated(desk: Desk, status: int, method: str) -> None:
    server, client = desk.worked(coded(status, "SOME_CODE", "no"))
    with pytest.raises(DokployError):
        client.query("project.all") if method == "query" else client.mutate("project.create", {}, repeatable=True)
    assert len(server.requests) == 1


def test_a_failing_mutation_is_not_repeated(desk: Desk) -> None:
    server, client = desk.worked(coded(500, "INTERNAL_SERVER_ERROR", "No values to set"), FINE)
    with pytest.raises(ServerFailure, match=r"application\.update: Dokploy failed with status 500: No values to set"):
        client.mutate("application.update", {"applicationId": "a"})
    assert len(server.requests) == 1


def test_a_late_answer_is_a_lost_one(desk: Desk) -> None:
    server = desk.server(late(1.0))
    with pytest.raises(AnswerLost, match=r"did not answer within 0\.2 s"):
        desk.client(server.url, timeout_s=0.2).mutate("project.create", {"name": "n"})
    assert len(server.requests) == 1


def test_a_server_that_is_down_is_one_line_with_its_address(desk: Desk) -> None:
    with ScriptedServer(script=[FINE]) as server:
        url = server.url
    for call in ("query", "mutate"):
        client = desk.client(url)
        with pytest.raises(Unreachable, match=r"connection refused.*check dokploy:url") as caught:
            client.query("project.all") if call == "query" else client.mutate("project.create", {})
        assert url in str(caught.value)
        assert not isinstance(caught.value, AnswerLost)


def test_a_mutation_is_sent_again_when_nobody_listened(desk: Desk) -> None:
    with ScriptedServer(script=[FINE]) as server:
        url = server.url
    client = desk.client(url, first_wait_s=0.3, away_s=5.0)
    errors: list[Exception] = []

    def create() -> None:
        try:
            client.mutate("project.create", {"name": "n"})
        except DokployError as error:
            errors.append(error)

    thread = threading.Thread(target=create)
    thread.start()
    time.sleep(0.1)  # the first try meets nobody
    late_server = ScriptedServer(script=[FINE], port=int(url.rpartition(":")[2]))
    with late_server:
        thread.join()
        assert not errors
        assert late_server.lines == ["POST /api/project.create"]


def test_a_host_name_that_does_not_exist_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(Unreachable, match=r"host name nowhere\.invalid cannot be resolved"):
        desk.client("http://nowhere.invalid").query("project.all")


def test_tls_with_a_server_that_has_none_is_said_at_once(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak_plainly() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=speak_plainly)
        thread.start()
        client = desk.client(f"https://127.0.0.1:{listener.getsockname()[1]}")
        with pytest.raises(Unreachable, match="does not speak TLS at this port") as caught:
            client.mutate("project.create", {"name": "n"})
        assert not isinstance(caught.value, AnswerLost)
        thread.join()


def test_closing_ends_the_waiting_between_tries(desk: Desk) -> None:
    server = desk.server(FINE, silence)
    client = desk.client(server.url, first_wait_s=30, away_s=60)
    client.query("project.all")
    threading.Timer(0.2, client.close).start()
    started = time.monotonic()
    with pytest.raises(Unreachable):
        client.query("project.all")
    assert time.monotonic() - started < 3
    # The first call, the try before the wait, and at most one more when the wait is cut short.
    assert len(server.requests) <= 3


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
