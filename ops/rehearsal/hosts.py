"""Finds the host names that a stack file holds in place of real ones.

RFC 2606 and RFC 6761 reserve example.com, example.net, example.org and the endings .example, .invalid and
.test: nobody can own them, so they mark what the owner of a stack has yet to fill in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

# Not after an @ (a mail address is no host to deploy to), and not in the middle of a longer name.
_RESERVED = re.compile(
    r"(?<![\w.@-])(?:[\w-]+\.)*(?:example\.(?:com|net|org)|[\w-]+\.(?:example|invalid|test))(?![\w-]|\.\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Replaced:
    """One reserved host name that made way: the key it stood under, and the name."""

    key: str
    host: str


def with_host(value: Any, host: str, *, key: str = "") -> tuple[Any, list[Replaced]]:
    """The same JSON-like value with `host` in place of every reserved host name, and what was replaced."""
    if isinstance(value, str):
        found = [Replaced(key=key, host=match) for match in dict.fromkeys(_RESERVED.findall(value))]
        return _RESERVED.sub(host, value), found
    if isinstance(value, dict):
        pairs = {name: with_host(item, host, key=f"{key}.{name}" if key else name) for name, item in value.items()}
        return {name: new for name, (new, _) in pairs.items()}, [r for _, found in pairs.values() for r in found]
    if isinstance(value, list):
        items = [with_host(item, host, key=f"{key}[{index}]") for index, item in enumerate(value)]
        return [new for new, _ in items], [r for _, found in items for r in found]
    return value, []
