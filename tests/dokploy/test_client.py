"""The client against a real server on loopback, which answers as a real Dokploy was seen to answer."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from dokploy import transport
from dokploy.client import DokployClient
from dokploy.errors import (
    AnswerLost,
    Conflict,
    DokployError,
    Forbidden,
    Invalid,
    NotFound,
    ServerFailure,
    Unauthorized,
    Unreachable,
)
from tests.dokploy.scripted_server import Say, ScriptedServer, answer, half, late, silence

KEY = "key-of-an-owner-0123456789"
PAGE = "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"
BARE_401 = answer(401, {"message": "Unauthorized"})
FINE = answer(200, {"projectId": "p1"})


def coded(status: int, code: str, message: str, **more: object) -> Say:
    return answer(status, {"message": message, "code": code, "data": {"code": code}, **more})


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.005)


class Desk:
    """Makes servers with a script and clients for them, and closes both."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def server(self, *script: Say) -> ScriptedServer:
        return self._stack.enter_context(ScriptedServer(script=list(script)))

    def client(self, url: str, *, timeout_s: float = 5.0, first_wait_s: float = 0.001) -> DokployClient:
        client = DokployClient(url, KEY, timeout_s=timeout_s, first_wait_s=first_wait_s)
        self._stack.callback(client.close)
        return client

    def both(self, *script: Say) -> tuple[ScriptedServer, DokployClient]:
        server = self.server(*script)
        return server, self.client(server.url)

    def worked(self, *script: Say) -> tuple[ScriptedServer, DokployClient]:
        """A client whose key the server has accepted; the server has forgotten that call."""
        server, client = self.both(FINE, *script)
        client.query("project.all")
        server.requests.clear()
        return server, client


@pytest.fixture
def desk() -> Iterator[Desk]:
    with ExitStack() as stack:
        yield Desk(stack)


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


def test_a_query_gives_up_after_its_attempts(desk: Desk) -> None:
    server, client = desk.worked(silence)
    with pytest.raises(Unreachable, match="broke before the answer was complete"):
        client.query("project.all")
    assert len(server.requests) == 5


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
    client = desk.client(url, first_wait_s=0.3)
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
    client = desk.client(server.url, first_wait_s=30)
    client.query("project.all")
    threading.Timer(0.2, client.close).start()
    started = time.monotonic()
    with pytest.raises(Unreachable):
        client.query("project.all")
    assert time.monotonic() - started < 3
    # The first call, the try before the wait, and at most one more when the wait is cut short.
    assert len(server.requests) <= 3


# Keys and permissions


def test_a_key_that_never_worked_is_bad_and_the_error_names_the_way_out(desk: Desk) -> None:
    server, client = desk.both(BARE_401)
    with pytest.raises(Unauthorized, match="bad, expired or exhausted API key") as caught:
        client.query("project.all")
    assert "pulumi config set --secret dokploy:apiKey" in str(caught.value)
    assert len(server.requests) == 1


def test_a_key_that_worked_and_works_no_more_is_told_apart(desk: Desk) -> None:
    server, client = desk.worked(BARE_401)
    with pytest.raises(Unauthorized, match=r"accepted before.*database is away.*rateLimitEnabled: false"):
        client.mutate("project.create", {"name": "n"})
    assert len(server.requests) == 5


def test_a_key_spent_between_the_two_checks_of_a_call_is_an_exhausted_key(desk: Desk) -> None:
    _, client = desk.worked(coded(401, "UNAUTHORIZED", "UNAUTHORIZED"))
    with pytest.raises(Unauthorized, match="used up"):
        client.query("settings.getDokployVersion")


def test_a_missing_permission_keeps_what_dokploy_said(desk: Desk) -> None:
    server, client = desk.both(coded(401, "UNAUTHORIZED", 'unauthorized to access resource "registry"'))
    with pytest.raises(Forbidden, match=r'registry\.all: unauthorized to access resource "registry".*permission'):
        client.query("registry.all")
    assert len(server.requests) == 1


def test_a_login_page_of_a_proxy_is_not_a_bad_key(desk: Desk) -> None:
    _, client = desk.both(answer(401, text="<html>Sign in</html>"))
    with pytest.raises(Unauthorized, match="a proxy before Dokploy asks for a login"):
        client.query("project.all")


@pytest.mark.parametrize("key", ["", "  \n"])
def test_a_missing_key_is_said_with_the_command_that_sets_it(key: str) -> None:
    with pytest.raises(Unauthorized, match=r"apiKey is missing.*pulumi config set --secret dokploy:apiKey"):
        DokployClient("https://dokploy.test", key)


@pytest.mark.parametrize("key", ["two words", "new\nline", "schlüssel"])
def test_a_key_that_no_header_carries_is_refused_unseen(key: str) -> None:
    with pytest.raises(Unauthorized, match="characters that no key has") as caught:
        DokployClient("https://dokploy.test", key)
    assert key not in str(caught.value)


# Statuses


@pytest.mark.parametrize(
    ("procedure", "status", "message"),
    [
        ("project.one", 404, "Project not found"),
        ("port.one", 400, "Port not found"),
        ("environment.update", 400, "Error updating the environment: Environment not found"),
        ("application.update", 400, "Error updating application"),
        ("rollback.rollback", 400, "Error input: Rolling back"),
        ("security.create", 400, "Application not found"),
    ],
)
def test_a_missing_object_is_not_found_whatever_the_status(
    desk: Desk, procedure: str, status: int, message: str
) -> None:
    _, client = desk.both(coded(status, "NOT_FOUND" if status == 404 else "BAD_REQUEST", message))
    with pytest.raises(NotFound, match=f"{procedure}: {message}"):
        client.mutate(procedure, {})


@pytest.mark.parametrize(
    ("procedure", "message"),
    [
        ("environment.update", "Error updating the environment: You cannot rename the default environment"),
        ("environment.remove", "You cannot delete the default environment"),
        ("project.create", "Error creating the project: tag not found"),
    ],
)
def test_another_400_is_invalid(desk: Desk, procedure: str, message: str) -> None:
    _, client = desk.both(coded(400, "BAD_REQUEST", message))
    with pytest.raises(Invalid, match=message):
        client.mutate(procedure, {})


def test_a_procedure_that_this_dokploy_lacks_is_no_missing_object(desk: Desk) -> None:
    server, client = desk.both(coded(404, "NOT_FOUND", "Not found"))
    with pytest.raises(ServerFailure, match=r"domain\.toggle: this Dokploy has no such procedure"):
        client.query("domain.toggle")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(403, "FORBIDDEN", Forbidden), (409, "CONFLICT", Conflict), (413, "PAYLOAD_TOO_LARGE", Invalid),
     (415, "UNSUPPORTED_MEDIA_TYPE", Invalid), (429, "TOO_MANY_REQUESTS", ServerFailure),
     (500, "INTERNAL_SERVER_ERROR", ServerFailure)],
)  # fmt: skip
def test_each_status_has_its_error(desk: Desk, status: int, code: str, kind: type[DokployError]) -> None:
    _, client = desk.both(coded(status, code, "said so"))
    with pytest.raises(kind) as caught:
        client.query("project.all")
    assert type(caught.value) is kind
    assert (caught.value.procedure, caught.value.status) == ("project.all", status)


def test_refused_fields_are_listed_by_name(desk: Desk) -> None:
    issues = [
        {
            "path": ["name"],
            "message": "Too small: expected string to have >=1 characters",
            "input": "hunter22",
        },
        {"path": ["healthCheckSwarm", "Test"], "message": "Invalid input: expected array, received string"},
    ]
    _, client = desk.both(coded(400, "BAD_REQUEST", "Input validation failed", issues=issues))
    with pytest.raises(Invalid) as caught:
        client.mutate("application.update", {"name": ""})
    assert str(caught.value) == (
        "application.update: Dokploy refused name: Too small: expected string to have >=1 characters; "
        "healthCheckSwarm.Test: Invalid input: expected array, received string"
    )


def test_refused_fields_are_listed_where_only_the_short_form_comes(desk: Desk) -> None:
    data = {"zodError": {"formErrors": [], "fieldErrors": {"name": ["Invalid input", "Too long"]}}}
    _, client = desk.both(answer(400, {"message": "Input validation failed", "code": "BAD_REQUEST", "data": data}))
    with pytest.raises(Invalid, match="refused name: Invalid input, Too long"):
        client.mutate("project.create", {})


@pytest.mark.parametrize(
    ("say", "kind", "said"),
    [
        (answer(400, text="Invalid JSON"), Invalid, "the server refused the request: Invalid JSON"),
        (answer(413, text="Body exceeded 1mb limit"), Invalid, "limit of 1 MB"),
        (
            answer(404, text=PAGE),
            ServerFailure,
            "404 with a web page instead of JSON; check that dokploy:url",
        ),
        (answer(403, text=PAGE), Forbidden, "a proxy before Dokploy refuses"),
        (answer(502, text=PAGE), ServerFailure, "502 with a web page"),
        (answer(500, text=""), ServerFailure, "status 500: an empty answer"),
        (answer(200, text=PAGE), ServerFailure, "200 with a web page"),
        (answer(200, text="OK"), ServerFailure, "200 with 2 characters that are not JSON"),
        (answer(200, text="[" * 200_000), ServerFailure, "200000 characters that are not JSON"),
        (answer(500, [1]), ServerFailure, "status 500"),
        (answer(500, {"message": None}), ServerFailure, "status 500"),
        (answer(400, {"message": "x", "code": 5, "issues": 3, "data": []}), Invalid, "project.all: x"),
        (answer(400, {"message": "x", "issues": [None, {"path": None}]}), Invalid, "refused input: None"),
    ],
)
def test_an_answer_that_is_not_dokploys_is_described(desk: Desk, say: Say, kind: type[DokployError], said: str) -> None:
    _, client = desk.both(say)
    with pytest.raises(kind, match=said) as caught:
        client.query("project.all")
    assert "\n" not in str(caught.value)


# Secrets


def test_sql_and_its_values_are_dropped(desk: Desk) -> None:
    message = 'Error Failed query: insert into "mount" ("content") values ($1)\nparams: m1,never-registered'
    _, client = desk.both(coded(500, "INTERNAL_SERVER_ERROR", message))
    with pytest.raises(ServerFailure) as caught:
        client.mutate("mounts.create", {})
    text = str(caught.value)
    assert "Error the database refused it" in text
    assert "never-registered" not in text
    assert "insert" not in text


@pytest.mark.parametrize("secret", [KEY, 'pa"ss\\word/ä b'], ids=["key", "value"])
@pytest.mark.parametrize("status", [400, 401, 404, 409, 500])
def test_no_error_shows_a_secret_that_the_client_knows(desk: Desk, status: int, secret: str) -> None:
    inner = json.dumps({"token": secret})
    _, client = desk.both(coded(status, "SOME_CODE", f"bad {secret} in {inner} and {json.dumps(inner)}"))
    if secret != KEY:
        client.remember_secret(secret)
    with pytest.raises(DokployError) as caught:
        client.mutate("vaultProvider.create", {"name": "n"})
    shown = str(caught.value)
    assert "[secret]" in shown
    assert secret not in shown
    assert json.dumps(secret)[1:-1] not in shown


def test_a_plain_text_answer_is_scrubbed_before_it_is_cut(desk: Desk) -> None:
    secret = "s3cr3t-" + "x" * 300
    _, client = desk.both(answer(400, text=f"unexpected {secret}"))
    client.remember_secret(secret)
    with pytest.raises(Invalid) as caught:
        client.mutate("project.create", {})
    assert "s3cr3t" not in str(caught.value)


# Version, organisation, address


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


@pytest.mark.parametrize("url", ["https://dokploy.test", "http://[::1]:3000/", " https://dokploy.test:8443 \n"])
def test_a_plain_origin_is_an_address(url: str) -> None:
    assert DokployClient(url, KEY).url == url.strip().rstrip("/")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is empty"),
        ("dokploy.test", "must start with https://"),
        ("ftp://dokploy.test", "must start with https://"),
        ("https://admin:hunter22@dokploy.test", "user or password"),
        ("https://", "no host name"),
        ("https://dokploy.test/api", "without path"),
        ("https://dokploy.test?token=hunter22", "without path"),
        ("https://dokploy.test#x", "without path"),
        ("https://dokploy.test:99999", "not a valid URL"),
        ("https://dok ploy.test", "blank or a control character"),
        ("https://[::1", "not a valid URL"),
    ],
)
def test_anything_else_is_refused_with_the_command_that_sets_it(url: str, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        DokployClient(url, KEY)
    assert "pulumi config set dokploy:url" in str(caught.value)
    assert "hunter22" not in str(caught.value)


def test_plain_http_to_another_machine_is_a_warning() -> None:
    assert "unencrypted" in (DokployClient("http://dokploy.test", KEY).warning or "")


@pytest.mark.parametrize("url", ["https://dokploy.test", "http://127.0.0.1:3000", "http://[::1]", "http://a.localhost"])
def test_an_encrypted_or_local_address_is_none(url: str) -> None:
    assert DokployClient(url, KEY).warning is None
