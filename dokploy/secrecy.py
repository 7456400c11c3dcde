"""Which texts among variables and settings are secrets that no line shown to people may hold.

Every variable is kept as a secret, but blanking every value would make logs unreadable: `production` and `3000` are
values too. So what counts here is the name of a value, and whether it looks like something that a machine made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRET_WORDS: Final = {
    *("secret", "secrets", "token", "tokens", "password", "passwords", "passwd", "pwd", "pass", "passphrase"),
    *("credential", "credentials", "apikey", "privatekey", "key", "keys", "salt", "jwt", "pat", "signature"),
    *("authorization", "cookie"),
}
# Words are also run together, as in JWTSECRET.
_SECRET_ENDINGS: Final = ("secret", "password", "passwd", "passphrase", "token", "apikey")
# A name that ends so says something about a secret: TOKEN_EXPIRY, KEY_ID, PASSWORD_MIN_LENGTH, SECRET_FILE.
_ABOUT_WORDS: Final = {
    *("url", "uri", "path", "file", "dir", "name", "id", "type", "kind", "mode", "prefix", "header", "algorithm"),
    *("expiry", "expires", "ttl", "seconds", "minutes", "hours", "days", "length", "rounds", "size", "count", "limit"),
    *("enabled", "required", "issuer", "audience", "host", "port", "model", "version", "policy", "public"),
}
_PLAIN: Final = re.compile(
    r"\d{1,6}|true|false|yes|no|on|off|none|null|auto|default|local|localhost|development|staging|production|test",
    re.IGNORECASE,
)
_ASSIGNMENT: Final = re.compile(
    r"""^[\s{]*(?:export\s+)?["']?([\w.-]+)["']?\s*[:=]\s*["']?(.*?)["']?[,\s}]*$""", re.MULTILINE
)
_LOGIN: Final = re.compile(r"://([^/\s:@]*)(?::([^/\s@]*))?@")
_RUN: Final = re.compile(r"[A-Za-z0-9+/=_-]{16,}")
_PIECE: Final = re.compile(r"[A-Za-z0-9+]{12,}")
_KINDS: Final = re.compile(r"[a-z]+|[A-Z]+|\d+")


def of_variables(variables: Mapping[str, str]) -> Iterator[str]:
    """The secrets among named values."""
    for name, value in variables.items():
        if is_secret_name(name) and not is_plain(value):
            yield value
        yield from of_text(value)


def of_text(text: str) -> Iterator[str]:
    """The secrets within a text that as a whole is none: a file, a URL, a variable with an ordinary name."""
    yield from of_logins(text)
    for assigned in _ASSIGNMENT.finditer(text):
        if is_secret_name(assigned[1]) and not is_plain(assigned[2]):
            yield assigned[2]
    yield from (run for run in _RUN.findall(text) if _looks_random(run))


def of_logins(text: str) -> Iterator[str]:
    """The passwords, and tokens in the place of a user, in the URLs of a text."""
    for user, password in _LOGIN.findall(text):
        if password and not is_plain(password):
            yield password
        elif not password and _looks_random(user):
            yield user


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is a secret: JWT_SECRET, JWTSECRET, apiKey, DB_PASSWORD."""
    words = [word.lower() for word in _WORD.findall(name)]
    named = any(word in _SECRET_WORDS or word.endswith(_SECRET_ENDINGS) for word in words)
    return named and words[-1] not in _ABOUT_WORDS


def is_plain(value: str) -> bool:
    """Whether blanking the value would blank ordinary words or numbers."""
    return _PLAIN.fullmatch(value.strip()) is not None or len(value.strip()) < 4


def _looks_random(text: str) -> bool:
    """Letters and digits in a jumble that nobody writes by hand."""
    return any(_is_jumble(_KINDS.findall(piece)) for piece in _PIECE.findall(text))


def _is_jumble(kinds: list[str]) -> bool:
    digits = sum(kind.isdigit() for kind in kinds)
    return 0 < digits < len(kinds) and len(kinds) >= 5
