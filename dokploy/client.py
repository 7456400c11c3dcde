"""One call to Dokploy, and what may be done again when it goes wrong.

Queries are GETs and are retried. Mutations are POSTs whose work is always done once the request has arrived,
whatever becomes of the connection; they are repeated only where Dokploy is known not to have seen them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from dokploy.address import Address
from dokploy.answers import Answer
from dokploy.errors import Invalid, Unauthorized
from dokploy.given import Given
from dokploy.patience import Patience
from dokploy.redaction import Redactor
from dokploy.transport import Transport

OLDEST_VERSION: Final = (0, 30)
TESTED_VERSION: Final = (0, 30)
LARGEST_BODY: Final = 1_048_576
"""Bytes of a request that Dokploy takes."""
_PROCEDURE: Final = re.compile(r"[A-Za-z0-9]+\.[A-Za-z0-9]+")


class DokployClient:
    """Dokploy's API with an API key; safe to use from several threads at once.

    `timeout_s` is the longest wait for an answer, in seconds; `patience` says for how long a call is tried again:
    15 s while Dokploy or its database is away, so that a restart is bridged, and up to 60 s where the server itself
    asks to come back later. `given` says where both were read. Every method raises DokployError, whose text holds no
    secret that the client knows.
    """

    def __init__(
        self,
        url: str,
        api_key: str,
        *,
        timeout_s: float = 30.0,
        patience: Patience | None = None,
        given: Given | None = None,
    ) -> None:
        self._given = given or Given()
        self._address = Address.of(url, self._given)
        key = _checked_key(api_key, self._given)
        self._redactor = Redactor()
        self._redactor.remember(key)
        self._transport = Transport(self._address, key, timeout_s=timeout_s)
        self._patience = patience or Patience()
        self._key_worked = False
        self._version: tuple[int, ...] | None = None
        self._organization: dict[str, Any] | None = None

    @property
    def url(self) -> str:
        """The server's address, without a path."""
        return self._address.origin

    @property
    def warning(self) -> str | None:
        """What to tell people about the address (it is unencrypted), or None."""
        return self._address.warning

    def query(self, procedure: str, **params: str | int | bool | None) -> Any:
        """The value of `GET /api/<procedure>`, retried; None for an empty body.

        Parameters of None are left out. Dokploy takes any text for true, even `false`:
        leave a parameter out rather than pass False.
        """
        sent = {name: _query_text(value) for name, value in params.items() if value is not None}
        return self._repeated(lambda: self._transport.get(_checked(procedure), sent), repeatable=True)

    def mutate(self, procedure: str, body: Mapping[str, Any], *, repeatable: bool = False) -> Any:
        """The value of `POST /api/<procedure>`; None for an empty body.

        Sent again only where Dokploy is known not to have seen it, or whenever that may help if `repeatable`
        (a write that may happen twice, such as an update to fixed values). A lost answer is AnswerLost.
        """
        try:
            data = json.dumps(body, allow_nan=False).encode()
        except (TypeError, ValueError):
            # The reason is not shown: it may quote a value.
            raise Invalid(f"{procedure}: the request cannot be written as JSON", procedure=procedure) from None
        if len(data) > LARGEST_BODY:
            raise Invalid(
                f"{procedure}: the request has {len(data):,} bytes, above Dokploy's limit of {LARGEST_BODY:,}; "
                "its variables or its file are too long: put large content into a volume",
                procedure=procedure,
            )
        return self._repeated(lambda: self._transport.post(_checked(procedure), data), repeatable=repeatable)

    def remember_secret(self, value: str) -> None:
        """Scrub this value from every message from now on; below four characters it is not searched for."""
        self._redactor.remember(value)

    def scrub(self, text: str) -> str:
        """The text without any secret that this client knows."""
        return self._redactor.scrub(text)

    @property
    def version(self) -> tuple[int, ...]:
        """The server's version such as (0, 30, 2), read once; () where it is no numbered release."""
        if self._version is None:
            found = re.match(r"v?(\d+)\.(\d+)(?:\.(\d+))?", str(self.query("settings.getDokployVersion")))
            self._version = tuple(int(part) for part in found.groups() if part) if found else ()
        return self._version

    def check_version(self) -> str | None:
        """A warning for a version newer than tested or unknown, else None; Invalid for one too old."""
        version, tested = self.version, _dotted(TESTED_VERSION)
        if not version:
            return f"the server's Dokploy is no numbered release; the provider is tested with {tested}"
        if version < OLDEST_VERSION:
            raise Invalid(
                f"the server runs Dokploy {_dotted(version)}, but the provider needs "
                f"{_dotted(OLDEST_VERSION)} or later; update Dokploy in its web page's settings"
            )
        if version[:2] > TESTED_VERSION:
            return f"the server runs Dokploy {_dotted(version)}; the provider is tested with {tested}"
        return None

    def organization(self) -> dict[str, Any]:
        """The organisation that the key works in (`organization.active`), read once."""
        if self._organization is None:
            active = self.query("organization.active")
            if not isinstance(active, dict):
                raise Invalid(
                    "the API key belongs to no organisation; make one in Dokploy's profile page with an "
                    f"organisation chosen and {self._given.set_key}"
                )
            self._organization = active
        return self._organization

    def close(self) -> None:
        """Drop idle connections and wait no more between tries: running calls end with their last error."""
        self._patience.closing.set()
        self._transport.close()

    def _repeated(self, exchange: Callable[[], Answer], *, repeatable: bool) -> Any:
        def once() -> Any:
            return self._outcome(exchange())

        retrying = self._patience.retrying(repeatable=repeatable, proven=lambda: self._key_worked)
        return retrying(once)

    def _outcome(self, answer: Answer) -> Any:
        if not answer.is_readable:
            raise answer.error(self.scrub, key_worked=self._key_worked, given=self._given)
        if answer.accepts_key:
            self._key_worked = True
        if not answer.succeeded:
            raise answer.error(self.scrub, key_worked=self._key_worked, given=self._given)
        return answer.value


def _checked(procedure: str) -> str:
    if _PROCEDURE.fullmatch(procedure) is None:
        raise Invalid(f"{procedure!r} is no name of a procedure of Dokploy")
    return procedure


def _checked_key(api_key: str, given: Given) -> str:
    key = api_key.strip()
    if not key:
        raise Unauthorized(f"{given.key} is missing; make a key in Dokploy's profile page and {given.set_key}")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Unauthorized(f"{given.key} holds characters that no key has; copy it again and {given.set_key}")
    return key


def _query_text(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
