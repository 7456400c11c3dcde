"""What the client does again, for how long, and what it gives up, against a real server on loopback."""

from __future__ import annotations

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dokploy.errors import (
    AnswerLost,
    DokployError,
    ServerFailure,
    Unreachable,
)
from tests.dokploy.desk import BARE_401, FINE, PAGE, Desk, coded
from tests.dokploy.scripted_server import Say, ScriptedServer, answer, half, late, silence

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
