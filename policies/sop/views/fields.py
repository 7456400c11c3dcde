"""A resource's properties as rules read them: typed, absent as None, and unknown as an error with its name.

The engine hands over proxies: no real dict or list, every number a float, and an exception at the touch of a
value that a preview does not know yet. A state that is analysed without its passphrase has `[secret]` in the
place of secrets; that is as unknown as the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError

WITHHELD = "[secret]"


class Fields:
    """One block of properties. A name that is absent reads as None, or as an empty block."""

    def __init__(self, values: Mapping[str, Any] | None, path: tuple[str, ...] = ()) -> None:
        self._values = values if values is not None else {}
        self._path = path
        # `in` on the proxy would touch the value.
        self._names = frozenset(self._values)

    def __bool__(self) -> bool:
        return bool(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._names))

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def value(self, name: str) -> Any:
        """The value as it came; raises UnknownValueError with the whole path."""
        value = self._values[name] if name in self._names else None
        if value == WITHHELD:
            raise UnknownValueError(UNKNOWN_STRING_VALUE, [*self._path, name])
        return value

    def text(self, name: str) -> str | None:
        """Text; numbers as people would write them."""
        value = self.value(name)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float) and value.is_integer():
            return str(int(value))
        return None if value is None else str(value)

    def number(self, name: str) -> float | None:
        """A number, also one that is written as text; None for what is none."""
        value = self.value(name)
        if isinstance(value, bool) or value is None:
            return None
        try:
            return float(value)
        except (TypeError, ValueError):
            return None

    def flag(self, name: str) -> bool:
        """Whether it is set and true."""
        return self.value(name) in (True, "true")

    def block(self, name: str) -> Fields:
        """A block of its own; empty when absent."""
        value = self.value(name)
        return Fields(value if isinstance(value, Mapping) else None, (*self._path, name))

    def blocks(self, name: str) -> list[Fields]:
        """A list of blocks; empty when absent."""
        items = self._list(name)
        return [
            Fields(items[index], (*self._path, name, str(index)))
            for index in range(len(items))
            if isinstance(items[index], Mapping)
        ]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty when absent."""
        items = self._list(name)
        return tuple(str(items[index]) for index in range(len(items)))

    def known_texts(self) -> Iterator[str]:
        """The texts of this block that are known; for what is judged again once all of them are."""
        for name in self:
            try:
                value = self.value(name)
            except UnknownValueError:
                continue
            if isinstance(value, str):
                yield value

    def _list(self, name: str) -> Sequence[Any]:
        value = self.value(name)
        if isinstance(value, str):
            return (value,)
        return value if isinstance(value, Sequence) else ()
