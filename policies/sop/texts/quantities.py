"""Reads sizes, shares of a core and durations as either platform writes them, and writes them for people."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from sop.numbers import MIB

_FACTORS: Final = {
    "": 1,
    "Ki": 1024,
    "Mi": 1024**2,
    "Gi": 1024**3,
    "Ti": 1024**4,
    "k": 1000,
    "M": 1000**2,
    "G": 1000**3,
    "T": 1000**4,
}
_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(Ki|Mi|Gi|Ti|k|M|G|T)?")
_CPU: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(m)?")
_DURATION: Final = re.compile(r"(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+(?:\.[0-9]+)?)s)?(?:([0-9]+)ms)?")


def size(text: str) -> int | None:
    """Bytes of `2048Mi`, `10Gi` or a bare number of bytes; None for what is no size."""
    found = _SIZE.fullmatch(text)
    return None if found is None else int(Decimal(found[1]) * _FACTORS[found[2] or ""])


def nano_cpus(text: str) -> int | None:
    """Billionths of a core of `1000m` or `1.5`; None for what is no share."""
    found = _CPU.fullmatch(text)
    return None if found is None else int(Decimal(found[1]) * (1_000_000 if found[2] else 1_000_000_000))


def seconds(text: str) -> float | None:
    """Seconds of one of Docker's durations, such as `1m30s`; None for what is none."""
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        return None
    hours, minutes, whole, milliseconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + whole + milliseconds / 1000


def in_mi(amount: int) -> str:
    """The size for people."""
    return f"{amount // MIB}Mi" if amount % MIB == 0 else f"{amount} bytes"


def in_millicores(amount: int) -> str:
    """The share of a core for people."""
    return f"{Decimal(amount) / 1_000_000:f}m"
