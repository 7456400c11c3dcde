"""Reads web addresses, also those that are none."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Address:
    """The parts of an address that rules compare. Schemes and hosts are in lower case."""

    scheme: str
    host: str
    port: int | None
    """None for the scheme's own."""
    path: str
    """With the query and the fragment behind it; `/` for none."""
    has_login: bool


def read(text: str) -> Address | None:
    """The parts of an address; None where it has no host, or cannot be read as one."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:  # brackets that do not close, a port that is no number
        return None
    if not parts.hostname:
        return None
    tail = parts._replace(scheme="", netloc="").geturl()
    return Address(
        scheme=parts.scheme,
        host=parts.hostname,
        port=None if port == _PORTS.get(parts.scheme) else port,
        path=tail or "/",
        has_login="@" in parts.netloc,
    )
