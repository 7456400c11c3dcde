"""Differences: where, of which kind, what they replace, and what is ignored."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from dokploy.plugin.diff import changes
from dokploy.plugin.properties import UNKNOWN
from tests.dokploy.plugin.harness import Kept, Provider

Kind = provider_pb2.PropertyDiff.Kind


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": 2}, [("a", "UPDATE")]),
        ({}, {"a": 1}, [("a", "ADD")]),
        ({"a": 1}, {}, [("a", "DELETE")]),
        ({"a": False}, {"a": 0}, []),
        ({"env": {"A": "1", "B": "2"}}, {"env": {"A": "1", "C": "3"}}, [('env["B"]', "DELETE"), ('env["C"]', "ADD")]),
        ({"env": {"A": "1"}}, {}, [("env", "DELETE")]),
        ({"block": {"x": {"y": 1}}}, {"block": {"x": {"y": 2}}}, [("block.x.y", "UPDATE")]),
        ({"list": ["a", "b"]}, {"list": ["a", "c"]}, [("list[1]", "UPDATE")]),
        ({"list": ["a"]}, {"list": ["a", "b"]}, [("list", "UPDATE")]),
        ({"list": [{"x": 1}]}, {"list": [{"x": 2}]}, [("list[0].x", "UPDATE")]),
        ({"a": "x"}, {"a": UNKNOWN}, [("a", "UPDATE")]),
        ({"a": UNKNOWN}, {"a": UNKNOWN}, [("a", "UPDATE")]),
        ({"env": {"A": "1"}}, {"env": UNKNOWN}, [("env", "UPDATE")]),
        ({}, {"a": UNKNOWN}, [("a", "ADD")]),
        ({"a": {"x": 1}}, {"a": "x"}, [("a", "UPDATE")]),
    ],
)
def test_a_difference_is_told_at_its_path(old: dict[str, Any], new: dict[str, Any], expected: Any) -> None:
    assert [(change.text, change.kind) for change in changes(old, new, ())] == expected


def test_a_difference_anywhere_in_a_replacing_property_replaces() -> None:
    found = changes({"block": {"x": 1}, "other": 1}, {"block": {"x": 2}, "other": 2}, {"block"})
    assert [(change.text, change.replaces) for change in found] == [("block.x", True), ("other", False)]


@pytest.mark.parametrize(
    ("ignored", "left"),
    [
        ([], ['env["A"]', 'env["AB"]', "replicas"]),
        (["env"], ["replicas"]),
        (['env["A"]'], ['env["AB"]', "replicas"]),
        (["replicas"], ['env["A"]', 'env["AB"]']),
        (["rep"], ['env["A"]', 'env["AB"]', "replicas"]),
    ],
)
def test_what_the_program_ignores_is_left_out(ignored: list[str], left: list[str]) -> None:
    old = {"env": {"A": "1", "AB": "1"}, "replicas": 1}
    new = {"env": {"A": "2", "AB": "2"}, "replicas": 2}
    assert [change.text for change in changes(old, new, (), ignored)] == left


def test_the_answer_holds_kinds_paths_and_replacements(provider: Provider, application: Kept) -> None:
    new = {
        "environmentId": application.inputs["environmentId"],
        "name": "web",
        "image": {"reference": "web:2"},
        "env": {"A": "1"},
        "serverId": "another",
    }
    response = provider.diff(application, new)
    assert response.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert {path: Kind.Name(diff.kind) for path, diff in response.detailedDiff.items()} == {
        "image.reference": "UPDATE",
        "env": "ADD",
        "serverId": "ADD_REPLACE",
    }
    assert all(diff.inputDiff for diff in response.detailedDiff.values())
    assert list(response.replaces) == ["serverId"]
    assert sorted(response.diffs) == ["env", "image", "serverId"]
    assert response.deleteBeforeReplace


def test_an_ignored_property_that_would_replace_does_not(provider: Provider, application: Kept) -> None:
    new = {**application.inputs, "serverId": "another"}
    response = provider.diff(application, new, ignored=["serverId"])
    assert response.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert not response.replaces
