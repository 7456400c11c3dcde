"""Pulumi's property values on the wire: plain Python values beside the set of paths that are secret.

An unknown value stays what it is on the wire, a string of its own (`UNKNOWN`), so that it passes through a model's
string fields unharmed and comes out unknown again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_UNKNOWNS = {
    UNKNOWN,
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's mark of a secret, not one itself

Path = tuple[str | int, ...]
Secrets = frozenset[Path]


def is_unknown(value: object) -> bool:
    """Whether a value is only known after an update."""
    return isinstance(value, str) and value in _UNKNOWNS


def decode(struct: Struct) -> tuple[dict[str, Any], Secrets]:
    """The values of a message, and the paths under which they were marked secret. Internal keys (`__…`) go."""
    secrets: set[Path] = set()
    value = _strip(MessageToDict(struct), (), secrets)
    return {key: item for key, item in value.items() if not key.startswith("__")}, frozenset(secrets)


def encode(value: Mapping[str, Any], secrets: Iterable[Path] = ()) -> Struct:
    """A message of the values, with those under the given paths marked secret."""
    message = Struct()
    ParseDict(_mark(dict(value), (), frozenset(secrets)), message)
    return message


def unknown_paths(value: Any, path: Path = ()) -> set[Path]:
    """The paths of all unknown values."""
    if is_unknown(value):
        return {path}
    return {found for key, item in _items(value) for found in unknown_paths(item, (*path, key))}


def lookup(value: Any, path: Path) -> Any:
    """The value at a path, or None where there is none."""
    for key in path:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value


def path_text(path: Path) -> str:
    """A path as Pulumi writes it: `healthCheck.retries`, `env["KEY"]`, `args[0]`."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        elif re.fullmatch(r"[a-z][A-Za-z0-9]*", key):
            text += f".{key}" if text else key
        else:
            escaped = key.replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def _items(value: Any) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _strip(value: Any, path: Path, secrets: set[Path]) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            secrets.add(path)
            return _strip(value.get("value"), path, secrets)
        return {
            key: stripped
            for key, item in value.items()
            if (stripped := _strip(item, (*path, key), secrets)) is not None
        }
    if isinstance(value, list):
        return [_strip(item, (*path, index), secrets) for index, item in enumerate(value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if is_unknown(value) else value


def _mark(value: Any, path: Path, secrets: Secrets) -> Any:
    if isinstance(value, Mapping):
        marked: Any = {key: _mark(item, (*path, key), secrets) for key, item in value.items()}
    elif isinstance(value, list):
        marked = [_mark(item, (*path, index), secrets) for index, item in enumerate(value)]
    else:
        marked = value
    return {_SIGNATURE: _SECRET, "value": marked} if path and path in secrets else marked
