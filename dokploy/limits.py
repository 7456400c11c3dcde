"""Memory and CPU limits of a service: human text on our side, digits of bytes and nano-CPUs in Dokploy's columns."""

from __future__ import annotations

import re
from collections.abc import Callable

from dokploy.fields import PLACEHOLDER


def raw(text: str | None, parse: Callable[[str], int]) -> str | None:
    """The column that stands for this limit; null clears it."""
    return None if text is None else str(parse(text))


def human(raw: str | None, text: Callable[[int], str]) -> str | None:
    """What Dokploy makes of the column: the number that it begins with, so that `2048Mi` is 2048 bytes, and no
    limit where that is 0 or missing."""
    found = re.match(r"\s*\+?(\d+)", raw or "", re.ASCII)
    number = int(found[1]) if found else 0
    return text(number) if number else None


def check_reservation(what: str, reservation: str | None, limit: str | None, size: Callable[[str], int]) -> None:
    """ValueError where more is reserved than may be used."""
    if reservation is None or limit is None or PLACEHOLDER in (reservation, limit):
        return
    if size(reservation) > size(limit):
        raise ValueError(f"{what}Reservation {reservation} is above {what}Limit {limit}; lower it or raise the limit")
