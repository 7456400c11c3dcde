"""A resource is read once for all rules, and a changed one anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi_policy import policy as library
from sop import pack
from sop.reading import Remembered


def _counting() -> tuple[Callable[..., Any], list[object]]:
    seen: list[object] = []

    def read(subject: dict[str, int], *more: object) -> dict[str, int]:
        seen.append(subject)
        return dict(subject)

    return read, seen


def test_the_pack_reads_so() -> None:
    assert pack.policies()
    module: Any = library
    readers = (module.json_format.MessageToDict, module.deserialize_properties, module.unknown_checking_proxy)
    assert all(isinstance(reader, Remembered) for reader in readers)


def test_the_same_object_is_read_once() -> None:
    function, seen = _counting()
    remembered, subject = Remembered(function), {"memory": 1}

    assert remembered(subject) is remembered(subject)
    assert len(seen) == 1


def test_an_equal_object_is_another_one() -> None:
    function, seen = _counting()
    remembered = Remembered(function)

    remembered({"memory": 1})
    remembered({"memory": 1})

    assert len(seen) == 2


def test_what_may_be_changed_is_never_shared() -> None:
    function, seen = _counting()
    remembered, subject = Remembered(function), {"memory": 1}

    assert remembered(subject, True) is not remembered(subject, True)
    assert len(seen) == 2
