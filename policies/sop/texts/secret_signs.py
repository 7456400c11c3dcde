"""Recognises secrets: by the name of a variable, and by the shape of a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Words of the name of a secret, also run together as in JWTSECRET; the last ones mean another thing within a name.
_SECRET_WORD: Final = re.compile(
    r"(?:.*(?:secret|password|passwd|passphrase|token|credential|apikey|accesskey|privatekey)|key|dsn)s?"
)
_SECRET_ENDING: Final = frozenset({"pass", "private", "pwd"})
_CHOSEN_BY_PEOPLE: Final = re.compile(r".*(?:secret|password|passwd|passphrase)|pass")
# A name that ends so says something about a secret: TOKEN_TTL, KEY_PREFIX, PASSWORD_MIN_LENGTH, SECRET_FILE.
_ABOUT: Final = frozenset(
    {
        *("url", "uri", "path", "file", "dir", "name", "id", "type", "kind", "mode", "prefix", "suffix", "header"),
        *("algorithm", "expiry", "expires", "expiration", "ttl", "age", "lifetime", "timeout", "seconds", "minutes"),
        *("hours", "days", "length", "rounds", "size", "count", "limit", "max", "min", "enabled", "required", "issuer"),
        *("audience", "host", "port", "model", "version", "policy", "strategy", "provider", "format"),
    }
)
# Written into what every browser downloads, or public by its nature.
_PUBLIC: Final = re.compile(r"CUSTOM_KEY|MIDTRANS_CLIENT_KEY")
_PUBLIC_WORDS: Final = frozenset({"public", "publishable"})
_FLAG: Final = re.compile(r"|0|1|true|false|yes|no|on|off|none|null", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\$\{+[^{}]*\}+|\$[A-Za-z_][A-Za-z0-9_]*|\$\([^()]*\)")
_QUANTITY: Final = re.compile(
    r"[+-]?[0-9]{1,9}(?:\.[0-9]+)?"
    r" ?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?)?",
    re.IGNORECASE,
)
_FILE: Final = re.compile(r"(?:/[A-Za-z0-9._-]+){2,}")

# In an address; what stands for a password there is none.
_LOGIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:(?![\"']?[$<*{])([^/\s@]+)@")
_SECRET_VALUE: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\bsk-[A-Za-z0-9_-]{16,}|\b[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|\bgsk_[A-Za-z0-9]{16,}|\bhf_[A-Za-z0-9]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}|\bglpat-[A-Za-z0-9_-]{16,}"
    r"|\bxox[abpors]-[A-Za-z0-9-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"
    r"|\b[0-9a-f]{32}\.[A-Za-z0-9]{16}\b"  # a key of Z.ai
    r"|\bhooks\.slack\.com/(?:services|triggers|workflows)/[A-Za-z0-9]"
    r"|\bdiscord(?:app)?\.com/api/(?:v[0-9]+/)?webhooks/[0-9]+/[A-Za-z0-9_-]"
    r"|\bhttps?://(?=[^/\s@]*[0-9])(?=[^/\s@]*[A-Za-z])[A-Za-z0-9_.-]{20,}@"  # a token in the place of a user
)
# A secret where it is kept on the server, and meant for everybody where its name says so.
_PUBLISHED: Final = re.compile(
    r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"  # a JWT
    r"|\bAIza[A-Za-z0-9_-]{30,}"  # a key of Google
    r"|\bhttps?://[0-9a-f]{32}@[^/\s]+/(?:[^\s?#]*/)?[0-9]+"  # a DSN of Sentry
)
_ASSIGNMENT: Final = re.compile(r"\b(?!KEYS?=)([A-Z][A-Z0-9_]*)=(?:'([^']*)'|\"([^\"$`]*)\"|([^\s$`'\";&|]+))")
_ASSIGNED_LENGTH: Final = 8


def names_a_secret(name: str, value: str | None = None) -> bool:
    """Whether a variable of this name is a secret; one whose value is known to be a mere number or flag is none."""
    words = [word.lower() for word in _WORD.findall(name)]
    if not words or words[-1] in _ABOUT or _is_public(name, words):
        return False
    if words[-1] not in _SECRET_ENDING and not any(_SECRET_WORD.fullmatch(word) for word in words):
        return False
    return value is None or not _is_plain(value.strip(), words[-1])


def is_a_secret(text: str, name: str = "") -> bool:
    """Whether a value has the shape of a key, a token or a password, also within a longer text."""
    rest = _PUBLISHED.sub("", text)
    if rest != text and not _is_public(name, [word.lower() for word in _WORD.findall(name)]):
        return True
    return _SECRET_VALUE.search(rest) is not None or _LOGIN.search(rest) is not None or any(_assigned_secrets(rest))


def passwords(text: str) -> list[str]:
    """The passwords in the addresses of a text."""
    return _LOGIN.findall(text)


def _assigned_secrets(text: str) -> Iterator[str]:
    """What a command gives to variables with the name of a secret."""
    for name, *values in _ASSIGNMENT.findall(text):
        value = "".join(values)
        if len(value) >= _ASSIGNED_LENGTH and names_a_secret(name, value):
            yield value


def _is_public(name: str, words: list[str]) -> bool:
    return _PUBLIC.fullmatch(name) is not None or not _PUBLIC_WORDS.isdisjoint(words)


def _is_plain(value: str, last: str) -> bool:
    """Whether a value is a flag, a number, a duration or the name of a file, or only refers to another one.

    Tokens and keys are made by machines and never so; a password or a secret of one's own may well be a number.
    """
    if _FLAG.fullmatch(value) or _REFERENCE.fullmatch(value):
        return True
    if _CHOSEN_BY_PEOPLE.fullmatch(last):
        return False
    return _QUANTITY.fullmatch(value) is not None or _FILE.fullmatch(value) is not None
