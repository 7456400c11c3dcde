"""Values on the wire: round trip, secrets, unknowns, paths."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from dokploy.plugin.properties import UNKNOWN, decode, encode, is_unknown, lookup, path_text, unknown_paths

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
VALUES: dict[str, Any] = {
    "text": "x",
    "empty": "",
    "number": 3,
    "fraction": 1.5,
    "yes": True,
    "no": False,
    "list": ["a", 1, ["b"], {"c": "d"}],
    "map": {"A": "1", "B B": "2"},
    "block": {"inner": {"deep": "x"}},
    "none": [],
    "nothing": {},
}


def message(values: dict[str, Any]) -> Struct:
    struct = Struct()
    ParseDict(values, struct)
    return struct


def test_values_come_back_as_they_were() -> None:
    found, secrets = decode(encode(VALUES))
    assert found == VALUES
    assert isinstance(found["number"], int)
    assert not secrets


@pytest.mark.parametrize(
    "paths",
    [
        {("text",)},
        {("map",)},
        {("map", "A")},
        {("block", "inner", "deep")},
        {("list", 2)},
        {("list", 3, "c"), ("text",)},
    ],
)
def test_secrets_come_back_at_their_paths(paths: set[Any]) -> None:
    assert decode(encode(VALUES, paths)) == (VALUES, paths)


def test_a_secret_is_marked_as_pulumi_marks_it() -> None:
    assert encode({"key": "x"}, [("key",)]) == message({"key": {SIGNATURE: SECRET, "value": "x"}})


def test_a_secret_within_a_secret_is_found_at_both_paths() -> None:
    inner = {SIGNATURE: SECRET, "value": "x"}
    found = decode(message({"env": {SIGNATURE: SECRET, "value": {"A": inner}}}))
    assert found == ({"env": {"A": "x"}}, {("env",), ("env", "A")})


def test_a_mark_of_what_is_not_there_is_left_out() -> None:
    assert decode(encode({"a": "x"}, [("b",), ()])) == ({"a": "x"}, frozenset())


def test_null_and_internal_properties_are_left_out() -> None:
    values = {"a": None, "b": {"c": None, "d": 1}, "__defaults": ["x"], "__internal": "y"}
    assert decode(message(values))[0] == {"b": {"d": 1}}


def test_a_null_in_a_list_keeps_its_place() -> None:
    assert decode(message({"list": ["a", None, "b"]}))[0] == {"list": ["a", None, "b"]}


@pytest.mark.parametrize("kind", ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"])
def test_every_kind_of_unknown_is_the_same_unknown(kind: str) -> None:
    found = decode(message({"a": kind, "b": {"c": [kind]}}))[0]
    assert found == {"a": UNKNOWN, "b": {"c": [UNKNOWN]}}
    assert unknown_paths(found) == {("a",), ("b", "c", 0)}
    assert is_unknown(kind)


def test_a_secret_may_be_unknown() -> None:
    found, secrets = decode(encode({"key": UNKNOWN}, [("key",)]))
    assert found == {"key": UNKNOWN}
    assert secrets == {("key",)}


def test_a_value_is_looked_up_by_its_path() -> None:
    assert lookup(VALUES, ("list", 3, "c")) == "d"
    assert lookup(VALUES, ("list", 9)) is None
    assert lookup(VALUES, ("text", "deeper")) is None
    assert lookup(VALUES, ()) == VALUES


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("replicas",), "replicas"),
        (("healthCheck", "retries"), "healthCheck.retries"),
        (("env", "JWT_SECRET"), 'env["JWT_SECRET"]'),
        (("env", "lower"), "env.lower"),
        (("args", 0), "args[0]"),
        (("triggers", "a.b"), 'triggers["a.b"]'),
        (("triggers", 'say "x"'), 'triggers["say \\"x\\""]'),
    ],
)
def test_a_path_is_written_as_pulumi_writes_it(path: tuple[str | int, ...], text: str) -> None:
    assert path_text(path) == text
