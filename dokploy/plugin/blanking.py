"""Blanks the secrets of inputs and state in every line that the plugin shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dokploy import secrecy
from dokploy.plugin.properties import Path, Secrets, is_unknown
from dokploy.plugin.traits import secret_paths, secret_texts
from dokploy.redaction import Redactor
from dokploy.resource import Model

if TYPE_CHECKING:
    from dokploy.client import DokployClient


class Blanking:
    """The secrets that passed through this process. Safe to use from several threads."""

    def __init__(self) -> None:
        self._redactor = Redactor()
        self._texts: set[str] = set()
        self._client: DokployClient | None = None

    def lend(self, client: DokployClient) -> None:
        """Let the client blank the same secrets: it cuts messages, and half a secret is not recognised."""
        self._client = client
        for text in list(self._texts):
            client.remember_secret(text)

    def remember(self, model: type[Model], values: dict[str, Any], marked: Secrets) -> None:
        """Blank from now on what is secret in these properties, of which `marked` are marked so."""
        for text in set(_secrets(model, values, marked)) - self._texts:
            self._texts.add(text)
            self._redactor.remember(text)
            if self._client is not None:
                self._client.remember_secret(text)

    def scrub(self, text: str) -> str:
        """The text without those secrets."""
        return self._redactor.scrub(text)


def _secrets(model: type[Model], values: dict[str, Any], marked: Secrets) -> Iterator[str]:
    by_type, texts = secret_paths(model, values), secret_texts(model, values)
    # The SDK marks a secret map as a whole, which says nothing of any one value in it.
    by_program = {path for path in marked - by_type if not any(other[: len(path)] == path for other in by_type)}
    for path, text in _leaves(values, ()):
        named = isinstance(path[-1], str) and secrecy.is_secret_name(path[-1])
        # A map of variables holds more than secrets; a password, a webhook or a file is one as a whole.
        own = path in texts or (path in by_type and named)
        if (own or any(path[: len(other)] == other for other in by_program)) and not secrecy.is_plain(text):
            yield text
        if path in by_type:
            yield from secrecy.of_text(text)
        yield from secrecy.of_logins(text)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        if path and not is_unknown(value):
            yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, (*path, index))
