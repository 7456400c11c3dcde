"""Reads each resource once, however many rules judge it.

Pulumi's library turns a resource's properties from the wire into Python anew for every policy. With a policy for
each rule, that is most of what the pack costs: on the production stack it is 1,200 times the same 22 resources.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from pulumi_policy import policy as library

KEPT = 5_000
"""So many results are kept at most; a stack of this size is judged no slower than by the library alone."""


class Remembered:
    """A function of one object that gives its earlier result when it sees the very same object again."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        # The object is kept with its result: as long as it lives, nothing else has its identity.
        self._results: dict[int, tuple[object, Any]] = {}

    def __call__(self, subject: object, *more: object) -> Any:
        if more:  # a remediation, which may change what it is given
            return self._function(subject, *more)
        known = self._results.get(id(subject))
        if known is not None and known[0] is subject:
            return known[1]
        if len(self._results) >= KEPT:
            self._results.clear()
        result = self._function(subject)
        self._results[id(subject)] = (subject, result)
        return result


def once() -> None:
    """From now on, the library reads what it has read before out of memory."""
    module: Any = library
    protobuf = vars(module.json_format)
    module.json_format = SimpleNamespace(**{**protobuf, "MessageToDict": Remembered(protobuf["MessageToDict"])})
    for name in ("deserialize_properties", "unknown_checking_proxy"):
        setattr(module, name, Remembered(getattr(module, name)))
