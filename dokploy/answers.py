"""Reads Dokploy's HTTP answers: a value, or the one error that says what happened.

Dokploy overloads its statuses (401 is a bad key, an exhausted one, a missing permission or an absent
database; 400 is sometimes a missing object), and a proxy before it has answers of its own. All of that is
told apart here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any, Final

from dokploy.errors import (
    AnswerLost,
    Conflict,
    DokployError,
    Forbidden,
    Invalid,
    NotFound,
    ServerFailure,
    Unauthorized,
)
from dokploy.given import Given
from dokploy.redaction import one_line, without_statements

# 400s that mean "there is no such object": procedure -> what the message then ends with.
_MISSING: Final = {
    "application.update": "error updating application",
    "backup.remove": "not found",
    "backup.update": "not found",
    "destination.update": "not found",
    "environment.duplicate": "not found",
    "environment.update": "not found",
    "gitProvider.remove": "not found",
    "notification.remove": "not found",
    "port.create": "inserting port",
    "port.one": "not found",
    "rollback.rollback": "rolling back",
    "security.create": "not found",
    "sshKey.update": "error updating this ssh key",
}
_TOO_LARGE: Final = "the request is above Dokploy's limit of 1 MB"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One HTTP answer to one procedure. `write`: it answers a mutation; `body` is its undecoded text, `location`
    and `retry_after` are its headers."""

    procedure: str
    write: bool
    status: int
    body: str
    location: str = ""
    retry_after: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether the status says that the call was carried out."""
        return 200 <= self.status < 300

    @property
    def is_readable(self) -> bool:
        """Whether the body is JSON, or empty as some successes are."""
        return self._json is not _UNREADABLE

    @property
    def value(self) -> Any:
        """The JSON value of a readable answer; None for an empty body."""
        return self._json

    @property
    def accepts_key(self) -> bool:
        """Whether this answer proves that Dokploy has accepted the API key."""
        if self.succeeded:
            return self.is_readable
        return isinstance(self._fields.get("code"), str) and not self._refuses_key

    def error(self, scrub: Callable[[str], str], *, key_worked: bool, given: Given | None = None) -> DokployError:
        """The error of an answer that has no value; `key_worked`: Dokploy accepted the key before."""
        given = given or Given()
        kind, text = self._diagnosis(key_worked, given) if self._fields else self._foreign(given)
        foreign = not self._fields.get("code")
        untouched = self._refuses_key or self.status == 429 or (foreign and self.status == 503)
        unsure = self.succeeded or (foreign and self.status >= 500)
        if self.write and unsure and not untouched:
            kind = AnswerLost
            text += "; whether it was carried out is unknown: run the same command again, what was made is found"
        transient = key_worked if self._refuses_key or self.succeeded else self.status >= 500 or self.status == 429
        if transient and (wait_s := self._asks_to_wait_s) is not None:
            text += f"; it asks to wait {wait_s:.0f} s"
        # Scrubbed before anything is cut or joined: half a secret would not be recognised.
        message = one_line(without_statements(scrub(f"{self.procedure}: {text}")))
        return kind(
            message,
            procedure=self.procedure,
            status=self.status,
            transient=transient,
            untouched=untouched,
            retry_after_s=self._asks_to_wait_s if transient else None,
        )

    def _diagnosis(self, key_worked: bool, given: Given) -> tuple[type[DokployError], str]:
        """What Dokploy's own error object means."""
        said = str(self._fields.get("message"))
        if self._refuses_key:
            return Unauthorized, _refused_key(key_worked, given)
        if self.status == 404 and said == "Not found":
            return ServerFailure, ("this Dokploy has no such procedure; the provider needs Dokploy 0.30 or later")
        if self.status == 400 and said.lower().endswith(_MISSING.get(self.procedure, "\0")):
            return NotFound, said
        match self.status:
            case 401:
                return Forbidden, (
                    f"{said} (the API key's user lacks this permission, or the object belongs to another organisation)"
                )
            case 403:
                return Forbidden, said
            case 404:
                return NotFound, said
            case 409:
                return Conflict, said
            case 413:
                return Invalid, _TOO_LARGE
            case 429:
                return ServerFailure, f"too many requests: {said}"
            case status if 400 <= status < 500:
                return Invalid, self._refused_fields() or said
        return ServerFailure, f"Dokploy failed with status {self.status}: {said}"

    def _foreign(self, given: Given) -> tuple[type[DokployError], str]:
        """What any other answer means: plain text of Dokploy's server, or a proxy's page."""
        match self.status:
            case status if 300 <= status < 400:
                return ServerFailure, (
                    f"the server redirects to {_origin(self.location)}; set {given.url} to the final address"
                )
            case 401:
                return Unauthorized, "a proxy before Dokploy asks for a login; let /api pass without one"
            case 403:
                return Forbidden, "a proxy before Dokploy refuses the request"
            case 413:
                return Invalid, _TOO_LARGE
            case 429:
                return ServerFailure, "too many requests: a proxy before Dokploy limits them"
            case 400 | 415 | 422 if not self._is_page:
                return Invalid, f"the server refused the request: {self.body}"
        if self._is_page:
            return ServerFailure, (
                f"the server answered {self.status} with a web page instead of JSON; "
                f"check that {given.url} is Dokploy's address"
            )
        if self.succeeded:
            return ServerFailure, (
                f"the server answered {self.status} with {len(self.body)} characters that are not JSON"
            )
        said = self.body.strip() or "an empty answer"
        return ServerFailure, f"the server failed with status {self.status}: {said}"

    def _refused_fields(self) -> str:
        """`field: message` for every field that Dokploy refused; the messages name types and limits only."""
        issues, data = self._fields.get("issues"), self._fields.get("data")
        problems = [
            f"{'.'.join(map(str, issue.get('path') or ['input']))}: {issue.get('message')}"
            for issue in (issues if isinstance(issues, list) else [])
            if isinstance(issue, dict)
        ]
        zod_error = data.get("zodError") if isinstance(data, dict) else None
        by_field = zod_error.get("fieldErrors") if isinstance(zod_error, dict) else None
        if not problems and isinstance(by_field, dict):
            problems = [f"{field}: {', '.join(map(str, said or []))}" for field, said in by_field.items()]
        return f"Dokploy refused {'; '.join(problems)}" if problems else ""

    @property
    def _refuses_key(self) -> bool:
        """Whether this is the 401 of a bad, exhausted or unverifiable key, not of a missing permission."""
        if self.status != 401 or not self._fields:
            return False
        # The second form: the key's last use was spent between Dokploy's two checks within one call.
        return self._fields.get("code") is None or self._fields.get("message") == "UNAUTHORIZED"

    @property
    def _asks_to_wait_s(self) -> float | None:
        """Seconds of Retry-After, which is a number of them or a date, of an answer that may have one."""
        if self.status not in (429, 503) or not self.retry_after:
            return None
        if self.retry_after.isdecimal():
            return float(self.retry_after)
        try:
            moment = parsedate_to_datetime(self.retry_after)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())

    @property
    def _is_page(self) -> bool:
        return self.body.lstrip("\ufeff \t\r\n").startswith("<")

    @cached_property
    def _json(self) -> Any:
        if not self.body.strip():
            return None
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return _UNREADABLE

    @cached_property
    def _fields(self) -> Mapping[str, Any]:
        """Dokploy's error object; empty where the answer is none."""
        found = self._json
        return found if not self.succeeded and isinstance(found, dict) and "message" in found else {}


_UNREADABLE: Final = object()


def _refused_key(key_worked: bool, given: Given) -> str:
    if not key_worked:
        return (
            "bad, expired or exhausted API key (or Dokploy's database is away); "
            f"make a key in Dokploy's profile page and {given.set_key}"
        )
    return (
        "Dokploy refuses the API key that it accepted before: its database is away (try again in a minute), "
        "or the key is used up (one made through the API needs rateLimitEnabled: false); "
        f"make a new one and {given.set_key}"
    )


def _origin(location: str) -> str:
    found = re.match(r"https?://[^/?#@\s]+", location)
    return found[0] if found else "another page"
