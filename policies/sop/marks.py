"""Keeps Pulumi's mark on secrets: its policy library takes it off before any rule sees a value.

The engine sends every secret in a block that says so. With the mark, a rule can tell a password that is encrypted
wherever it is kept from one that stands in the open.
"""

from __future__ import annotations

from typing import Any

from pulumi_policy import deserialize as library


class Marked(str):
    """A text that Pulumi keeps secret; to every other rule it is a text like others."""

    __slots__ = ()


def keep() -> None:
    """From now on, what the library reads out of a secret is `Marked`."""
    module: Any = library
    read = module._deserialize_property

    def reading(value: Any, proxy_secrets: bool = False) -> Any:
        is_secret = isinstance(value, dict) and value.get(module.SPECIAL_SIG_KEY) == module.SPECIAL_SECRET_SIG
        found = read(value, proxy_secrets)
        # A remediation is shown secrets in another way.
        return _marked(found) if is_secret and not proxy_secrets else found

    module._deserialize_property = reading


def _marked(value: Any) -> Any:
    """The same value; of a map or a list, everything that it holds is secret."""
    if isinstance(value, str):
        return Marked(value)
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, dict):
        return {name: _marked(item) for name, item in value.items()}
    return value
