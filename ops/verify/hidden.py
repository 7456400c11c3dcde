"""Finds the values that a stack keeps secret, to look for them where they must not be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from components.variables import is_public
from dokploy.secrecy import is_plain, is_secret_name
from ops.masking import SHORTEST
from ops.verify.target import Secret

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_IS_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's public mark of a secret in a state


def in_configuration(file: Mapping[str, Any], config: Mapping[str, Any]) -> Iterator[Secret]:
    """What the stack's file holds encrypted, by its path; `config` has the same values decrypted."""
    for key, written in file.items():
        yield from _encrypted(written, config.get(key), key.removeprefix("chatzwa:"))


def in_state(state: Mapping[str, Any]) -> Iterator[Secret]:
    """What the state keeps as a secret, by name: the program makes every variable one, so that names decide."""
    for resource in state.get("resources") or []:
        for part in ("inputs", "outputs"):
            yield from _marked(resource.get(part), part)


def is_hidden(value: Any) -> bool:
    """Whether a value of an exported state is, or holds, a secret."""
    if isinstance(value, dict):
        return value.get(_SIGNATURE) == _IS_SECRET or any(map(is_hidden, value.values()))
    return isinstance(value, list) and any(map(is_hidden, value))


def _encrypted(written: Any, value: Any, path: str) -> Iterator[Secret]:
    if isinstance(written, dict) and set(written) == {"secure"}:
        if isinstance(value, str) and _counts(value):
            yield Secret(name=path, value=value)
    elif isinstance(written, dict) and isinstance(value, dict):
        for name, item in written.items():
            yield from _encrypted(item, value.get(name), f"{path}.{name}")
    elif isinstance(written, list) and isinstance(value, list):
        for index, (item, found) in enumerate(zip(written, value, strict=False)):
            yield from _encrypted(item, found, f"{path}[{index}]")


def _marked(value: Any, name: str) -> Iterator[Secret]:
    if isinstance(value, dict) and value.get(_SIGNATURE) == _IS_SECRET:
        yield from _named(json.loads(value.get("plaintext", "null")), name)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _marked(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _marked(item, name)


def _named(value: Any, name: str) -> Iterator[Secret]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _named(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item, name)
    elif isinstance(value, str):
        if name == "envs":  # a container's variables, as NAME=value
            name, _, value = value.partition("=")
        if is_secret_name(name) and not is_public(name) and _counts(value):
            yield Secret(name=name, value=value)


def _counts(value: str) -> bool:
    """Whether to find the value says anything: `true` and `3000` are everywhere."""
    return len(value) >= SHORTEST and not is_plain(value)
