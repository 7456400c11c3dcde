"""Keeps secrets out of every message: known values are blanked, and SQL with its values is dropped."""

from __future__ import annotations

import json
import re
import shlex
import threading
from html import escape
from typing import Final
from urllib.parse import quote, quote_plus

MASK: Final = "[secret]"
# A shorter value would blank letters all over the text and thereby tell what it is.
SHORTEST_SEARCHED: Final = 4
_SHORTEST_LINE: Final = 8

# Dokploy forwards its database's errors with the statement and all values in it.
_SQL: Final = re.compile(r"failed query:|\bparams:", re.IGNORECASE)
# PostgreSQL's detail of a unique or foreign key: Key (username)=(value) already exists.
_SQL_DETAIL: Final = re.compile(r"(Key \([^)]*\))=\(.*\)", re.DOTALL)
# A failed shell command is quoted whole, with passwords and access keys among its arguments.
_SHELL: Final = re.compile(r"command failed:", re.IGNORECASE)
# What Docker said about it follows on lines of its own and holds none of the arguments.
_DAEMON: Final = re.compile(r"^.*?(Error response from daemon: .*)$", re.MULTILINE)
_CONTROL: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Redactor:
    """The secrets known so far; blanks them in any text. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def remember(self, value: str) -> None:
        """Blank this value from now on, as it is and as URLs, JSON, HTML and shells write it.

        Values below four characters are not searched for.
        """
        forms = _forms(value)
        with self._lock:
            if not forms <= self._forms:
                self._forms |= forms
                self._pattern = None

    def scrub(self, text: str) -> str:
        """The text with every remembered secret replaced by `[secret]`, the longest first."""
        with self._lock:
            if not self._forms:
                return text
            if self._pattern is None:
                longest_first = sorted(self._forms, key=lambda form: (-len(form), form))
                self._pattern = re.compile("|".join(re.escape(form) for form in longest_first))
            pattern = self._pattern
        return pattern.sub(MASK, text)


def without_statements(text: str) -> str:
    """The text up to the SQL statement or shell command in it, since those hold values nobody registered."""
    found = _SQL.search(text)
    if found:
        text = f"{text[: found.start()]}the database refused it (statement and values left out)"
    found = _SHELL.search(text)
    if found:
        said = _DAEMON.search(text, found.end())
        reason = said[1] if said else "a command failed on the server (command line left out)"
        text = text[: found.start()] + reason
    return _SQL_DETAIL.sub(r"\1=(value left out)", text)


def one_line(text: str, *, limit: int = 600) -> str:
    """The text on one line without control characters, cut at `limit` characters."""
    line = " ".join(_CONTROL.sub("", text).split())
    return line if len(line) <= limit else f"{line[:limit]}..."


def _forms(value: str) -> set[str]:
    pieces = {value, value.strip()}
    # A message may show a single line of a private key.
    pieces |= {line for line in (part.strip() for part in value.splitlines()) if len(line) >= _SHORTEST_LINE}
    forms: set[str] = set()
    for piece in pieces:
        if len(piece) < SHORTEST_SEARCHED:
            continue
        in_json = json.dumps(piece)[1:-1]
        forms |= {
            piece,
            in_json,
            json.dumps(piece, ensure_ascii=False)[1:-1],
            json.dumps(in_json)[1:-1],
            repr(piece)[1:-1],
            shlex.quote(piece).removeprefix("'").removesuffix("'"),
            escape(piece),
            quote(piece, safe="", errors="replace"),
            quote(piece, errors="replace"),
            quote_plus(piece, errors="replace"),
        }
    return {form for form in forms if len(form) >= SHORTEST_SEARCHED}
