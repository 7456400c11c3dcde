"""Numbers of things as people write them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """`1 file`, `2 files`: of a noun whose plural has an s."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
