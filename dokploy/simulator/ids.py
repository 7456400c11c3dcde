"""Identifiers in Dokploy's and Docker's shapes."""

from __future__ import annotations

import secrets
import string

_NANOID = string.ascii_letters + string.digits + "_-"
_LOWER = string.ascii_lowercase + string.digits
_VERBS = (
    "back-up",
    "calculate",
    "compress",
    "copy",
    "generate",
    "index",
    "override",
    "parse",
    "quantify",
    "reboot",
)
_ADJECTIVES = (
    "auxiliary",
    "bluetooth",
    "digital",
    "mobile",
    "multi-byte",
    "neural",
    "online",
    "primary",
    "virtual",
)
_NOUNS = (
    "alarm",
    "bandwidth",
    "bus",
    "capacitor",
    "card",
    "feed",
    "interface",
    "microchip",
    "monitor",
    "port",
)


def _pick(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def nanoid() -> str:
    """Dokploy's ids: 21 characters."""
    return _pick(_NANOID, 21)


def auth_id() -> str:
    """Ids of users and API keys: 32 letters and digits."""
    return _pick(string.ascii_letters + string.digits, 32)


def docker_id() -> str:
    """Ids of Swarm's services and tasks: 25 lower-case letters and digits."""
    return _pick(_LOWER, 25)


def container_id() -> str:
    return secrets.token_hex(32)


def app_name(prefix: str, wanted: str | None, *, lower: bool = True) -> str:
    """A service name: what was asked for in lower case, or random words; always with a random suffix."""
    words = "-".join((prefix, secrets.choice(_VERBS), secrets.choice(_ADJECTIVES), secrets.choice(_NOUNS)))
    name = f"{wanted or words}-{_pick(_LOWER, 6)}"
    return name.lower() if lower else name
