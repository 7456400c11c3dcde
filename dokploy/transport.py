"""HTTP to one server: pooled connections, time-outs, and what a broken connection means for the request."""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import requests
import requests.utils
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NameResolutionError, NewConnectionError
from urllib3.exceptions import ProxyError as BrokenProxy

from dokploy.address import Address
from dokploy.answers import Answer
from dokploy.deadline import time_left
from dokploy.errors import AnswerLost, Unreachable
from dokploy.given import Given

CONNECT_TIMEOUT_S: Final = 5.0
# Dokploy closes an idle connection after 5 s; a write that meets the closing would be a lost answer.
IDLE_LIMIT_S: Final = 4.0
LEAST_TIME_S: Final = 2.0


class Transport:
    """Sends one request and returns its answer; safe to use from several threads at once.

    No redirect is followed: the key must not reach another host. Proxies of the environment are used, except
    for this machine itself.
    """

    def __init__(self, address: Address, api_key: str, *, timeout_s: float) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._headers = {
            "x-api-key": api_key,
            # Without it even a request without a body is answered 415.
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": "pulumi-resource-dokploy",
        }
        self._proxies = {} if address.loopback else requests.utils.get_environ_proxies(address.origin)
        self._verify: str | bool = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
        self._lock = threading.Lock()
        self._idle: deque[tuple[requests.Session, float]] = deque()

    def get(self, procedure: str, params: Mapping[str, str]) -> Answer:
        """The answer to a query; Unreachable where none came."""
        return self._exchange("GET", procedure, params, None)

    def post(self, procedure: str, body: bytes) -> Answer:
        """The answer to a mutation; AnswerLost where none came, Unreachable where it was never sent."""
        return self._exchange("POST", procedure, {}, body)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, deque()
        for session, _ in idle:
            session.close()

    def _exchange(self, method: str, procedure: str, params: Mapping[str, str], body: bytes | None) -> Answer:
        # Also when the operation's time is up, so that it can still say what became of it.
        patience_s = max(time_left(self._timeout_s), min(self._timeout_s, LEAST_TIME_S))
        try:
            with self._session() as session:
                response = session.request(
                    method,
                    f"{self._address.origin}/api/{procedure}",
                    params=params,
                    data=body,
                    timeout=(CONNECT_TIMEOUT_S, patience_s),
                    allow_redirects=False,
                )
                # Guessing the character set would cost seconds on a long deployment log.
                response.encoding = "utf-8"
                return Answer(
                    procedure=procedure,
                    write=method == "POST",
                    status=response.status_code,
                    body=response.text,
                    location=response.headers.get("Location", ""),
                    retry_after=response.headers.get("Retry-After", ""),
                )
        except requests.RequestException as error:
            raise self._failure(error, procedure, patience_s, write=method == "POST") from None

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """A session that no other thread uses, put back for the next call unless something goes wrong."""
        session = self._reusable() or self._new()
        try:
            yield session
        except BaseException:
            session.close()
            raise
        with self._lock:
            self._idle.append((session, time.monotonic()))

    def _reusable(self) -> requests.Session | None:
        oldest_allowed = time.monotonic() - IDLE_LIMIT_S
        with self._lock:
            fresh = self._idle.pop() if self._idle and self._idle[-1][1] > oldest_allowed else None
            stale = [session for session, used in self._idle if used <= oldest_allowed]
            self._idle = deque(entry for entry in self._idle if entry[1] > oldest_allowed)
        for session in stale:
            session.close()
        return fresh[0] if fresh else None

    def _new(self) -> requests.Session:
        session = requests.Session()
        # The environment could add a login from .netrc; what is wanted of it is taken over explicitly.
        session.trust_env = False
        session.headers.update(self._headers)
        session.proxies.update(self._proxies)
        session.verify = self._verify
        return session

    def _failure(
        self, error: requests.RequestException, procedure: str, patience_s: float, *, write: bool
    ) -> Unreachable:
        cause = _cause(error)
        untrusted = _certificate_problem(cause, self._address.given)
        never_sent = isinstance(cause, NewConnectionError | ConnectTimeoutError) or untrusted is not None
        text = f"{procedure}: {untrusted or self._reason(error, cause, patience_s)}"
        if write and not never_sent:
            return AnswerLost(
                f"{text}; whether it was carried out is unknown: run the same command again, "
                "what was made is then found",
                procedure=procedure,
                transient=True,
            )
        if untrusted is None:
            text += f"; check {self._address.given.url} and that Dokploy runs"
        return Unreachable(
            text,
            procedure=procedure,
            transient=untrusted is None,
            untouched=never_sent,
            refused=isinstance(cause.__cause__, ConnectionRefusedError),
        )

    def _reason(self, error: requests.RequestException, cause: BaseException, patience_s: float) -> str:
        origin = self._address.origin
        if isinstance(error, requests.exceptions.ProxyError):
            return f"the proxy of the environment (HTTP_PROXY, HTTPS_PROXY) gives no connection to {origin}"
        if isinstance(cause, NameResolutionError):
            return f"the host name {self._address.host} cannot be resolved"
        if isinstance(cause, NewConnectionError):
            refused = isinstance(cause.__cause__, ConnectionRefusedError)
            return f"no connection to {origin}" + (" (connection refused)" if refused else "")
        if isinstance(cause, ConnectTimeoutError):
            return f"no connection to {origin} within {CONNECT_TIMEOUT_S:g} s"
        if isinstance(error, requests.Timeout):
            return f"{origin} did not answer within {patience_s:.3g} s"
        return f"the connection to {origin} broke before the answer was complete"


def _cause(error: BaseException) -> BaseException:
    """What lies under the wrappings of requests and urllib3."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, MaxRetryError) and inner.reason is not None:
        inner = inner.reason
    if isinstance(inner, BrokenProxy):
        inner = inner.original_error
    return inner if isinstance(inner, BaseException) else error


def _certificate_problem(cause: BaseException, given: Given) -> str | None:
    """Why TLS failed before anything was sent; None where TLS is not the reason."""
    reason = cause.args[0] if cause.args else None
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"the server's certificate is not trusted ({reason.verify_message}); "
            "name your authority's file in REQUESTS_CA_BUNDLE"
        )
    if isinstance(reason, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(reason):
        return f"the server does not speak TLS at this port; check https:// and the port in {given.url}"
    return None
