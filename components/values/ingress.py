"""The public way in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Route:
    """The public way in: a host name that is led to a port of the service."""

    host: str
    port: int
    certificate: Literal["letsencrypt", "custom", "none"]
    resolver: str | None = None
