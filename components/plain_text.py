"""Secrets that stand in plain text in the stack's file, each found by itself.

The engine tells of a whole key whether anything in it is encrypted, so that one encrypted entry would hide all others
of its key. What is written, value by value, stands in the stack's file alone. No sentence here ever holds a value.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, SecretStr

from components.checks import Check, Surroundings

Place = tuple[str, ...]
"""Where a value stands: a key of the configuration, then the names below it."""

SERVER_KEY: Place = ("dokploy:apiKey",)
"""The one secret that is not the program's own."""


def written_in(file: Path, project: str) -> Mapping[str, Any]:
    """The stack's configuration as its file holds it, by the full key; nothing where the file cannot be read."""
    try:
        config = yaml.safe_load(file.read_text())["config"]
        return {_full(str(key), project): value for key, value in config.items()}
    except (OSError, ValueError, yaml.YAMLError, AttributeError, KeyError, TypeError):
        return {}


def _full(key: str, project: str) -> str:
    """The engine accepts a key of the program without its namespace, and the older form with ``config`` in it."""
    return key.replace(":config:", ":", 1) if ":" in key else f"{project}:{key}"


def plain_places(written: Any, used: Any, place: Place) -> Iterator[Place]:
    """Where below ``place`` something is written in plain text.

    A text counts only while it is ``used`` as it is written: ``--config-file`` lets another file take its place.
    """
    match written:
        case {"secure": _} if len(written) == 1:
            return
        case Mapping():
            for name, inner in written.items():
                below = used.get(name) if isinstance(used, Mapping) else None
                yield from plain_places(inner, below, (*place, str(name)))
        case None | "":
            return
        case str() if written != used:
            return
        case _:
            yield place


def holds_secret(kind: Any, place: Sequence[str]) -> bool:
    """Whether a value of the type ``kind`` holds a secret at ``place`` below it."""
    if kind is SecretStr:
        return True
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = next((field for field in kind.model_fields.values() if place and field.alias == place[0]), None)
        return field is not None and holds_secret(field.annotation, place[1:])
    if get_origin(kind) is dict:
        return bool(place) and holds_secret(get_args(kind)[1], place[1:])
    return any(holds_secret(inner, place) for inner in get_args(kind))


def _plain(surroundings: Surroundings | None, model: type[BaseModel], stack: str) -> Iterator[str]:
    for place in sorted(surroundings.plain) if surroundings else ():
        if place == SERVER_KEY or holds_secret(model, place):
            path = place[0] + "".join(f".{n}" if re.fullmatch(r"[\w@-]+", n) else f'["{n}"]' for n in place[1:])
            nested = "--path " if len(place) > 1 else ""
            yield (
                f"{path}: stands in plain text in the stack's file; remove it there, change it where it is used, and "
                f"run `pulumi config set --secret {nested}{shlex.quote(path)} --stack {stack}`"
            )


CHECKS: tuple[Check, ...] = (_plain,)
