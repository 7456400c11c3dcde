"""Asks the site: one exchange at a time, to its own address where it has one, never through a proxy."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.structures import CaseInsensitiveDict

from ops.verify.certificate import CONNECT_S, pinned_context
from ops.verify.finding import NoAnswerError
from ops.verify.target import Address, Login

REDIRECTS = 5


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One answer; `seconds` from the request to the last byte."""

    url: str
    status: int
    headers: Mapping[str, str]
    """By name, whatever its case."""
    cookies: tuple[str, ...]
    """Each Set-Cookie header as it came."""
    text: str
    json: Any
    """The body, where it is JSON; else None."""
    seconds: float

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


class Site:
    """One origin (`https://chat.your-company.com`), reached at `address`.

    Over TLS it talks only to the server whose certificate has this `fingerprint`: whether that one is to be
    trusted is a check of its own, and the others can be made in either case. Raises NoAnswerError.
    """

    def __init__(
        self, origin: str, address: Address, *, fingerprint: str | None = None, login: Login | None = None
    ) -> None:
        self.origin = origin
        self._session = requests.Session()
        # What is contacted is what was announced: no proxy, and no login of a .netrc file.
        self._session.trust_env = False
        if login is not None:
            self._session.auth = HTTPBasicAuth(login.user.encode(), login.password.encode())
        self._session.mount("http://", _Direct(address))
        self._session.mount("https://", _Direct(address, urlsplit(origin).hostname, fingerprint))

    def close(self) -> None:
        self._session.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        timeout_s: float,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Exchange:
        """One request, without following a redirect; `path` may be a whole URL of this origin."""
        url = urljoin(f"{self.origin}/", path)
        began = time.perf_counter()
        try:
            answer = self._session.request(
                method,
                url,
                headers={"User-Agent": "chatzwa-verify", **(headers or {})},
                json=json,
                timeout=(CONNECT_S, timeout_s),
                allow_redirects=False,
            )
        except requests.Timeout:
            raise NoAnswerError(f"{method} {urlsplit(url).path}: no answer within {timeout_s:g} s") from None
        except requests.RequestException:
            # The library's own text is a nest of objects.
            raise NoAnswerError(f"{method} {urlsplit(url).path}: the connection ended without an answer") from None
        seconds = time.perf_counter() - began
        # Each exchange is a stranger's: no check may see what another one was given.
        self._session.cookies.clear()
        return Exchange(
            url=url,
            status=answer.status_code,
            headers=CaseInsensitiveDict(answer.headers),
            cookies=tuple(answer.raw.headers.getlist("Set-Cookie")),
            text=answer.content.decode("utf-8", errors="replace"),
            json=_json(answer),
            seconds=seconds,
        )

    def visit(self, path: str, *, timeout_s: float) -> list[Exchange]:
        """GET, following redirects as long as they stay on this origin; the exchanges in their order."""
        exchanges = [self.ask("GET", path, timeout_s=timeout_s)]
        while len(exchanges) <= REDIRECTS and (target := self._redirect(exchanges[-1])):
            exchanges.append(self.ask("GET", target, timeout_s=timeout_s))
        return exchanges

    def owns(self, url: str) -> bool:
        """Whether a URL lies on this origin, and may be contacted."""
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}".lower() == self.origin

    def _redirect(self, exchange: Exchange) -> str | None:
        if exchange.status not in (301, 302, 303, 307, 308):
            return None
        target = urljoin(exchange.url, exchange.headers.get("Location", ""))
        return target if self.owns(target) else None


class _Direct(HTTPAdapter):
    """Connects to a given address, whatever the URL's host; the host is sent as Host and as SNI."""

    def __init__(self, address: Address, name: str | None = None, fingerprint: str | None = None) -> None:
        self._address = address
        self._tls: dict[str, Any] = (
            {"server_hostname": name, "assert_fingerprint": fingerprint, "ssl_context": pinned_context()}
            if fingerprint
            else {}
        )
        super().__init__()

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **kwargs, **self._tls)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.headers["Host"] = str(parts.netloc)
        request.url = parts._replace(netloc=str(self._address)).geturl()
        return super().send(request, *args, **{**kwargs, "verify": not self._tls})


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except requests.JSONDecodeError:
        return None
