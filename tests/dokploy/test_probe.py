"""What counts as an answer from outside."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug import Request, Response
from werkzeug.serving import make_server

from dokploy import probe
from dokploy.probe import Target, problem
from tests.ops.verify.authority import Authority

HOST = "chat.example.com"
HEALTH = {"status": "ok", "timestamp": "2024-01-01T00:00:00.000Z", "uptime": 12.5}


class Site:
    """Answers every request alike, and notes what it was asked."""

    def __init__(self) -> None:
        self.status, self.body, self.delay_s = 200, json.dumps(HEALTH), 0.0
        self.location: str | None = None
        self.asked: list[Request] = []

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.asked.append(Request(environ))
        time.sleep(self.delay_s)
        headers = {"Location": self.location} if self.location else {}
        return Response(self.body, self.status, headers)(environ, start_response)


@contextmanager
def serving(site: Site, context: ssl.SSLContext | None = None) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, site, threaded=True, ssl_context=context)
    server.log_startup = lambda: None  # type: ignore[attr-defined,method-assign] # nothing to say
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005})
    thread.start()
    try:
        yield int(server.port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with serving(site) as port:
        yield f"http://127.0.0.1:{port}"


def at(address: str, **change: Any) -> Target:
    return Target(**{"url": f"http://{HOST}/api/health", "address": address, **change})


def test_the_address_is_asked_for_the_urls_host_and_path(site: Site, address: str) -> None:
    assert problem(at(address, url=f"http://{HOST}:8080/api/health?deep=1")) is None
    (asked,) = site.asked
    assert (asked.host, asked.full_path) == (f"{HOST}:8080", "/api/health?deep=1")


def test_any_body_will_do_where_the_status_alone_counts(site: Site, address: str) -> None:
    site.body = '{"message": "Good!"}'
    assert problem(at(address)) is None
    assert problem(at(address, contract="health")) == "its body does not say status ok"


BODIES: list[tuple[Any, str]] = [
    ("no JSON", "its body is not JSON"),
    ([], "its body does not say status ok"),
    ({**HEALTH, "status": "degraded"}, "its body does not say status ok"),
    ({**HEALTH, "timestamp": "yesterday"}, "its body has no timestamp"),
    ({"status": "ok", "uptime": 1}, "its body has no timestamp"),
    ({**HEALTH, "uptime": "12"}, "its body has no uptime"),
    ({**HEALTH, "uptime": True}, "its body has no uptime"),
]


@pytest.mark.parametrize(("body", "wrong"), BODIES)
def test_the_health_body_is_held_to_the_procedure(site: Site, address: str, body: Any, wrong: str) -> None:
    site.body = body if isinstance(body, str) else json.dumps(body)
    assert problem(at(address, contract="health")) == wrong


def test_the_health_body_of_the_procedure_is_right(address: str) -> None:
    assert problem(at(address, contract="health"), younger_than_s=13) is None


def test_a_program_that_is_older_than_the_deployment_is_an_older_release(address: str) -> None:
    wrong = problem(at(address, contract="health"), younger_than_s=12)
    assert wrong == "it has been up for 12 s: an older release answers"


@pytest.mark.parametrize("status", [301, 404, 502])
def test_another_status_is_named(site: Site, address: str, status: int) -> None:
    site.status = status
    assert problem(at(address)) == f"it answers with status {status} in place of 200"
    assert problem(at(address, status=status)) is None


def test_a_redirect_is_not_followed(site: Site, address: str) -> None:
    site.status, site.location = 302, f"{address}/elsewhere"
    assert "status 302" in (problem(at(address)) or "")
    assert len(site.asked) == 1


def test_no_answer_is_a_reason_and_no_traceback(site: Site, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "ASK_TIMEOUT_S", 0.2)
    site.delay_s = 0.6
    assert problem(at(address)) == "it does not answer (ReadTimeout)"
    assert problem(at("http://127.0.0.1:9")) == "it does not answer (ConnectionError)"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


@contextmanager
def encrypted(site: Site, authority: Authority, host: str, *, days: int = 90) -> Iterator[tuple[str, list[str | None]]]:
    """The address of the site over TLS, and the names that it was asked for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue(host, days=days).pair)
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with serving(site, context) as port:
        yield f"https://127.0.0.1:{port}", names


def trust(authority: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))


def test_the_certificate_of_the_urls_host_is_asked_for_at_the_address(
    site: Site, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(authority.certificate, monkeypatch)
    with encrypted(site, authority, HOST) as (address, names):
        assert problem(at(address, url=f"https://{HOST}/api/health")) is None
    assert names == [HOST]


@pytest.mark.parametrize(("host", "days"), [("other.example.com", 90), (HOST, -1)])
def test_a_certificate_of_another_host_or_of_yesterday_is_not_valid(
    site: Site, authority: Authority, monkeypatch: pytest.MonkeyPatch, host: str, days: int
) -> None:
    trust(authority.certificate, monkeypatch)
    with encrypted(site, authority, host, days=days) as (address, _):
        assert problem(at(address, url=f"https://{HOST}/api/health")) == "its certificate is not valid"


def test_an_authority_that_nobody_knows_is_not_valid(
    site: Site, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with encrypted(site, authority, HOST) as (address, _):
        assert problem(at(address, url=f"https://{HOST}/api/health")) == "its certificate is not valid"
