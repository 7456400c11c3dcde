"""How long ago something was, from Dokploy's own times."""

from __future__ import annotations

from datetime import UTC, datetime


def age_s(stamp: str) -> float:
    """Seconds since a time of Dokploy's, such as `2026-11-23T20:17:00.012Z`."""
    return (datetime.now(UTC) - datetime.fromisoformat(stamp)).total_seconds()


def ago(seconds: float) -> str:
    """In the largest unit that fits, such as `3 h ago`."""
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"
