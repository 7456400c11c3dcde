"""Recognises what only stands in for a value, and what looks like a secret."""

from __future__ import annotations

import re
from typing import Final

_PLACEHOLDER: Final = re.compile(
    r"^\s*$|(?:^|[/@.\s=])your[-_ ]|(?:^|[^a-z])(?:change|replace)[-_ ]?(?:me|it|this)|^<[^<>]*>$"
    r"|^(?:todo|tbd|xxx+|placeholder|example|dummy|secret|password)$",
    re.IGNORECASE,
)
# RFC 2606 and RFC 6761: names that nobody can own.
_RESERVED: Final = re.compile(
    r"(?:^|[/@.])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|invalid|test))(?:[:/?#]|$)", re.IGNORECASE
)
_SECRET_NAME: Final = re.compile(
    r"(?:^|_)(?:SECRET|PASSWORD|PASSWD|PASSPHRASE|TOKEN|CREDENTIALS?|PRIVATE|DSN|KEY|APIKEY)(?:_|$)", re.IGNORECASE
)
_SECRET_VALUE: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\."  # a JWT
    r"|\bsk-[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_[A-Za-z0-9_]{20,}"
    r"|\bxox[abpors]-[A-Za-z0-9-]{10,}|\bAKIA[0-9A-Z]{16}\b|\bAIza[A-Za-z0-9_-]{30,}"
    r"|[a-z][a-z0-9+.-]*://[^/\s:@]+:[^/\s@]+@"  # a password in an address
    r"|\b(?:PASSWORD|SECRET|TOKEN|API_?KEY)=[^\s$'\"]{8,}"
)
# Written into what every browser downloads, or public by its nature: no secret by its name alone.
_PUBLIC: Final = re.compile(r"^(?:NEXT_PUBLIC_.*|CUSTOM_KEY|MIDTRANS_CLIENT_KEY)$")
_KNOWN_DEFAULT: Final = re.compile(
    r"your[-_ ]|change[-_ ]?(?:me|it|this|in)|fallback|default|super[-_ ]?secret|jwt[-_ ]?secret|nextauth[-_ ]?secret"
    r"|secret[-_ ]?key|development",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Whether a value is empty, or stands for one that has yet to be filled in."""
    return _PLACEHOLDER.search(text) is not None or is_reserved(text)


def is_reserved(text: str) -> bool:
    """Whether a host name or an address is one for examples."""
    return _RESERVED.search(text) is not None


def names_a_secret(name: str) -> bool:
    """Whether a variable of this name is a secret."""
    return _SECRET_NAME.search(name) is not None and _PUBLIC.match(name) is None


def is_a_secret(text: str) -> bool:
    """Whether a value has the shape of a key, a token or a password."""
    return _SECRET_VALUE.search(text) is not None


def is_a_known_default(text: str) -> bool:
    """Whether a signing secret has the words of those that stand in public sources."""
    return _KNOWN_DEFAULT.search(text) is not None
