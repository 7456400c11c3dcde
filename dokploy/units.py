"""Sizes, CPUs and durations: what people write (`2048Mi`, `1000m`, seconds) and what Dokploy stores.

Dokploy stores memory as bytes, CPUs as billionths of a core and Swarm's durations as nanoseconds, and reads
its own text with `parseInt`: `64m` would be 64 bytes and `0.5` no limit at all. Nothing but the plain
integers made here may therefore reach it.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final

_MEMORY_FACTORS: Final = {
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
_NANO: Final = 1_000_000_000
_NANO_PER_MILLICORE: Final = 1_000_000
# Largest integer that JSON numbers and PostgreSQL's bigint both carry exactly.
_LARGEST: Final = 2**53 - 1
_NUMBER: Final = r"(?P<number>[0-9]{1,18}(?:\.[0-9]{1,9})?)"
_MEMORY: Final = re.compile(_NUMBER + r"(?P<suffix>Ki|Mi|Gi|Ti|k|M|G|T)?", re.ASCII)
_CPU: Final = re.compile(_NUMBER + r"(?P<suffix>m)?", re.ASCII)


def memory_bytes(text: str) -> int:
    """Bytes of a size such as `2048Mi`, `2Gi`, `1.5Gi`, `500M` or a plain number of bytes.

    ValueError where it is no such size, not a whole number of bytes, or zero.
    """
    found = _MEMORY.fullmatch(text)
    if found is None:
        raise ValueError(f"memory {_shown(text)} is not a size; write it as 2048Mi or 2Gi")
    size = Decimal(found["number"]) * _MEMORY_FACTORS[found["suffix"] or ""]
    return _whole(size, f"memory {_shown(text)}", "bytes")


def memory_text(size: int) -> str:
    """The shortest exact text of a number of bytes, in Mi where it is whole: `2147483648` -> `2048Mi`."""
    if size < 0:
        raise ValueError(f"memory {size} is negative")
    for suffix in ("Mi", "Ki"):
        if size and size % _MEMORY_FACTORS[suffix] == 0:
            return f"{size // _MEMORY_FACTORS[suffix]}{suffix}"
    return str(size)


def nano_cpus(text: str) -> int:
    """Billionths of a core of `1000m` (millicores) or `1`, `0.5` (cores).

    ValueError where it is neither, finer than a billionth, or zero.
    """
    found = _CPU.fullmatch(text)
    if found is None:
        raise ValueError(f"cpu {_shown(text)} is not a number of CPUs; write it as 1000m or 1")
    factor = _NANO_PER_MILLICORE if found["suffix"] else _NANO
    return _whole(Decimal(found["number"]) * factor, f"cpu {_shown(text)}", "billionths of a core")


def cpu_text(nano: int) -> str:
    """The text of a number of billionths of a core in millicores: `1000000000` -> `1000m`."""
    if nano < 0:
        raise ValueError(f"cpu {nano} is negative")
    millicores = Decimal(nano) / _NANO_PER_MILLICORE
    return f"{millicores.normalize():f}m"


def nanoseconds(duration_s: float) -> int:
    """Nanoseconds of a duration in seconds, rounded; ValueError if it is negative or not finite."""
    if not math.isfinite(duration_s) or duration_s < 0:
        raise ValueError(f"duration {duration_s} is not a number of seconds from 0 on")
    nano = round(Decimal(duration_s) * _NANO)
    if nano > _LARGEST:
        raise ValueError(f"duration {duration_s} s is above the limit of {_LARGEST // _NANO} s")
    return nano


def seconds(nano: int) -> float:
    """Seconds of a duration in nanoseconds."""
    return nano / _NANO


def _whole(value: Decimal, what: str, unit: str) -> int:
    if value <= 0:
        raise ValueError(f"{what} must be above 0; leave it out for no limit")
    if value != value.to_integral_value():
        raise ValueError(f"{what} is not a whole number of {unit}")
    if value > _LARGEST:
        raise ValueError(f"{what} is above the limit of {_LARGEST} {unit}")
    return int(value)


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
