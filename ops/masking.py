"""Keeps secrets out of everything that a command prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MASK = "[secret]"

SHORTEST = 6
"""A shorter value is not searched for: it would blank out ordinary words."""


class Masking:
    """Knows the secrets of one run and takes them out of texts and of JSON-like values."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        for secret in secrets:
            self.remember(secret)

    def remember(self, secret: str) -> None:
        """Mask this value from now on, each line of it on its own too."""
        parts = {secret, *secret.splitlines()}
        self._secrets.update(part for part in parts if len(part) >= SHORTEST)

    def text(self, text: str) -> str:
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def value(self, value: Any) -> Any:
        """The same value with every secret in its texts masked; keys stay."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self.value(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.value(item) for item in value]
        return value
