"""Short texts for the values of properties, as a change table shows them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How the engine writes a value that only the update will know."""

SECRET_KEY = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the mark of a secret, not one
LONGEST = 60
ABSENT = "(none)"

_STEP = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')


def at(value: Any, path: str) -> Any:
    """What lies at a path such as `env["KEY"]` or `healthCheck.test[0]`; None where nothing does.

    A secret is the end of every path into it.
    """
    for quoted, index, name in _STEP.findall(path):
        if isinstance(value, Mapping) and SECRET_KEY in value:
            return value
        if isinstance(value, Mapping) and not index:
            value = value.get(quoted or name)
        elif isinstance(value, list) and index and int(index) < len(value):
            value = value[int(index)]
        else:
            return None
    return value


def text(value: Any) -> str:
    """One short line; a secret never shows, and what is not known yet says so."""
    if value is None:
        return ABSENT
    if isinstance(value, Mapping) and SECRET_KEY in value:
        return "[secret]"
    if value == UNKNOWN:
        return "(known after the update)"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    said = value if isinstance(value, str) else json.dumps(_hidden(value), ensure_ascii=False)
    line = " ".join(said.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _hidden(value: Any) -> Any:
    if isinstance(value, Mapping):
        if SECRET_KEY in value:
            return "[secret]"
        return {str(key): _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return "(unknown)" if value == UNKNOWN else value
