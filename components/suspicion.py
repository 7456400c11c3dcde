"""Recognises secrets and placeholders among the variables of the configuration. Importable without Pulumi.

The policies have patterns of their own, since they judge from outside; tests hold both to one table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Words of the name of a secret, also run together as in JWTSECRET; the last ones mean another thing within a name.
_SECRET_WORD = re.compile(
    r"(?:.*(?:secret|password|passwd|passphrase|token|credential|apikey|accesskey|privatekey)|key|dsn)s?"
)
_SECRET_ENDING = frozenset({"pass", "private", "pwd"})
_CHOSEN_BY_PEOPLE = re.compile(r".*(?:secret|password|passwd|passphrase)|pass")
# A name that ends so says something about a secret: TOKEN_TTL, KEY_PREFIX, PASSWORD_MIN_LENGTH, SECRET_FILE.
_ABOUT = frozenset(
    {
        *("url", "uri", "path", "file", "dir", "name", "id", "type", "kind", "mode", "prefix", "suffix", "header"),
        *("algorithm", "expiry", "expires", "expiration", "ttl", "age", "lifetime", "timeout", "seconds", "minutes"),
        *("hours", "days", "length", "rounds", "size", "count", "limit", "max", "min", "enabled", "required", "issuer"),
        *("audience", "host", "port", "model", "version", "policy", "strategy", "provider", "format"),
    }
)
_PUBLIC_WORDS = frozenset({"public", "publishable"})
_FLAG = re.compile(r"|0|1|true|false|yes|no|on|off|none|null", re.IGNORECASE)
_REFERENCE = re.compile(r"\$\{+[^{}]*\}+|\$[A-Za-z_][A-Za-z0-9_]*|\$\([^()]*\)")
_QUANTITY = re.compile(
    r"[+-]?[0-9]{1,9}(?:\.[0-9]+)?"
    r" ?(?:ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?)?",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?:/[A-Za-z0-9._-]+){2,}")

# In an address; what stands for a password there is none.
_LOGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/\s:@]*:(?![\"']?[$<*{])([^/\s@]+)@")
_SECRET_VALUE = re.compile(
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
_PUBLISHED = re.compile(
    r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"  # a JWT
    r"|\bAIza[A-Za-z0-9_-]{30,}"  # a key of Google
    r"|\bhttps?://[0-9a-f]{32}@[^/\s]+/(?:[^\s?#]*/)?[0-9]+"  # a DSN of Sentry
)
_ASSIGNMENT = re.compile(r"\b(?!KEYS?=)([A-Z][A-Z0-9_]*)=(?:'([^']*)'|\"([^\"$`]*)\"|([^\s$`'\";&|]+))")
_ASSIGNED_LENGTH = 8

_SEPARATOR = re.compile(r"[\s,;<>()\"']+")
# Of a whole value. Words between blanks are otherwise a text for people.
_PLACEHOLDER = re.compile(
    r"|(?:change|replace)[-_ ]?(?:me|it|this)|<[^<>|]*>|todo|tbd|xxx+|placeholder|example|dummy|secret|password",
    re.IGNORECASE,
)
# Within a value that has no blanks: `sk-...-changeme`, `https://yourdomain.com`.
_STAND_IN = re.compile(
    r"(?:^|[/@.=:]|(?:^|[-_])(?:insert|enter|put|add|paste|use|with)[-_])your"
    r"(?:[-_]|(?:domain|company|organi[sz]ation|site|website|host|server|project|account|user|email|secret|password"
    r"|token|key|api[-_]?key)(?:name)?(?![a-z]))"
    r"|(?:^|[^a-z])(?:change|replace)[-_]?(?:me|it|this)(?![a-z])",
    re.IGNORECASE,
)
# RFC 2606 and RFC 6761: names that nobody can own.
_RESERVED = re.compile(
    r"(?:^|[/@.])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|invalid|test))(?:[:/?#]|$)", re.IGNORECASE
)


def names_a_secret(name: str, value: str | None = None) -> bool:
    """Whether a variable of this name is a secret; one whose value is known to be a mere number or flag is none."""
    words = _words(name)
    if not words or words[-1] in _ABOUT or not _PUBLIC_WORDS.isdisjoint(words):
        return False
    if words[-1] not in _SECRET_ENDING and not any(_SECRET_WORD.fullmatch(word) for word in words):
        return False
    return value is None or not _is_plain(value.strip(), words[-1])


def holds_a_secret(name: str, value: str) -> bool:
    """Whether a value has the shape of a key, a token or a password, also within a longer text."""
    rest = _PUBLISHED.sub("", value)
    if rest != value and _PUBLIC_WORDS.isdisjoint(_words(name)):
        return True
    return _SECRET_VALUE.search(rest) is not None or _LOGIN.search(rest) is not None or any(_assigned(rest))


def is_placeholder(text: str) -> bool:
    """Whether a value is empty, or stands for one that has yet to be filled in. A sentence for people is a value."""
    if _PLACEHOLDER.fullmatch(text.strip()):
        return True
    return any(_STAND_IN.search(part) for part in _SEPARATOR.split(text))


def names_an_example(text: str) -> bool:
    """Whether one of the host names or addresses in a text is one that nobody can own."""
    return any(_RESERVED.search(part) for part in _SEPARATOR.split(text))


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _assigned(text: str) -> Iterator[str]:
    """What a command gives to variables with the name of a secret."""
    for name, *values in _ASSIGNMENT.findall(text):
        value = "".join(values)
        if len(value) >= _ASSIGNED_LENGTH and names_a_secret(name, value):
            yield value


def _is_plain(value: str, last: str) -> bool:
    """Whether a value is a flag, a number, a duration or the name of a file, or only refers to another one.

    Tokens and keys are made by machines and never so; a password or a secret of one's own may well be a number.
    """
    if _FLAG.fullmatch(value) or _REFERENCE.fullmatch(value):
        return True
    if _CHOSEN_BY_PEOPLE.fullmatch(last):
        return False
    return _QUANTITY.fullmatch(value) is not None or _FILE.fullmatch(value) is not None
