"""Recognises what only stands in for a value: placeholders, names for examples, secrets of public sources."""

from __future__ import annotations

import re
from typing import Final

_SEPARATOR: Final = re.compile(r"[\s,;<>()\"']+")
# Of a whole value. Words between blanks are otherwise a text for people.
_PLACEHOLDER: Final = re.compile(
    r"|(?:change|replace)[-_ ]?(?:me|it|this)|<[^<>|]*>|todo|tbd|xxx+|placeholder|example|dummy|secret|password",
    re.IGNORECASE,
)
# Within a value that has no blanks: `sk-...-changeme`, `https://yourdomain.com`.
_STAND_IN: Final = re.compile(
    r"(?:^|[/@.=:]|(?:^|[-_])(?:insert|enter|put|add|paste|use|with)[-_])your"
    r"(?:[-_]|(?:domain|company|organi[sz]ation|site|website|host|server|project|account|user|email|secret|password"
    r"|token|key|api[-_]?key)(?:name)?(?![a-z]))"
    r"|(?:^|[^a-z])(?:change|replace)[-_]?(?:me|it|this)(?![a-z])",
    re.IGNORECASE,
)
# RFC 2606 and RFC 6761: names that nobody can own.
_RESERVED: Final = re.compile(
    r"(?:^|[/@.])(?:example\.(?:com|net|org)|[a-z0-9-]+\.(?:example|invalid|test))(?:[:/?#]|$)", re.IGNORECASE
)
_KNOWN_DEFAULT: Final = re.compile(
    r"your[-_ ]|change[-_ ]?(?:me|it|this|in)|fallback|default|super[-_ ]?secret|jwt[-_ ]?secret|nextauth[-_ ]?secret"
    r"|secret[-_ ]?key|development",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Whether a value is empty, or stands for one that has yet to be filled in. A sentence for people is a value."""
    if _PLACEHOLDER.fullmatch(text.strip()):
        return True
    return is_reserved(text) or any(_STAND_IN.search(part) for part in _SEPARATOR.split(text))


def is_reserved(text: str) -> bool:
    """Whether one of the host names or addresses in a text is one for examples."""
    return any(_RESERVED.search(part) for part in _SEPARATOR.split(text))


def is_a_known_default(text: str) -> bool:
    """Whether a signing secret has the words of those that stand in public sources."""
    return _KNOWN_DEFAULT.search(text) is not None
