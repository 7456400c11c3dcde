"""Ids of releases and generations: what they tell of each other."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.release import (
    belongs_to,
    content_digits,
    is_generation,
    is_rollback,
    new_generation,
    new_release,
    rollback_release,
    runs_with,
    same_build,
    settings_digits,
    source_of,
    was_left,
)


def test_two_attempts_at_the_same_content_are_told_apart_and_belong_together() -> None:
    digits = content_digits("urn:a", {"generation": "1"})
    first, second = new_release(digits), new_release(digits)
    assert first != second
    assert belongs_to(first, digits)
    assert belongs_to(second, digits)
    assert not belongs_to(first, content_digits("urn:a", {"generation": "2"}))
    assert not belongs_to(first, content_digits("urn:b", {"generation": "1"}))
    assert not belongs_to(None, digits)


def test_a_reload_keeps_the_half_that_was_built() -> None:
    before = new_generation()
    assert same_build(before, new_generation(before, build=False))
    assert new_generation(before, build=False) != before
    assert not same_build(before, new_generation(before))


@pytest.mark.parametrize("text", ["", "imported", "3", "00000001"])
def test_a_text_without_halves_has_no_build_in_common(text: str) -> None:
    assert not same_build(text, text)
    assert not is_generation(text)


def test_a_generation_is_recognised() -> None:
    assert is_generation(new_generation())


def test_a_rollback_says_what_was_left() -> None:
    release = rollback_release("web:2")
    assert is_rollback(release)
    assert was_left(release, "web:2")
    assert not was_left(release, "web:1")
    assert not is_rollback(new_release(content_digits("urn:a", {})))
    assert not was_left(None, "web:2")


ROW: dict[str, Any] = {
    "dockerImage": "web:1",
    "memoryLimit": "1",
    "restartPolicySwarm": None,
    "env": "A=1",
    "name": "web",
}


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"memoryLimit": "2"}, True),
        ({"restartPolicySwarm": {"Condition": "any"}}, True),
        ({"dockerImage": "web:2"}, True),
        ({"env": "A=2"}, False),
        ({"name": "site"}, False),
    ],
)
def test_a_rollback_knows_with_which_settings_it_was_started(change: dict[str, Any], differs: bool) -> None:
    release = rollback_release("web:2", settings=settings_digits(ROW))
    assert runs_with(release, settings_digits({**ROW, **change})) != differs
    assert was_left(release, "web:2")


def test_an_id_without_settings_runs_with_none_that_is_known() -> None:
    settings = settings_digits(ROW)
    assert not runs_with(rollback_release("web:2", settings), settings)
    assert not runs_with(new_release(content_digits("urn:a", {})), settings)


SOURCES: list[tuple[dict[str, Any], str]] = [
    ({"sourceType": "docker", "dockerImage": "web:1"}, "web:1"),
    (
        {"sourceType": "git", "customGitUrl": "https://git.example/web.git", "customGitBranch": "main"},
        "https://git.example/web.git@main",
    ),
    ({"sourceType": "github", "owner": "chat", "repository": "web", "branch": "main"}, "chat/web@main"),
    (
        {"sourceType": "gitlab", "gitlabOwner": "chat", "gitlabRepository": "web", "gitlabBranch": "main"},
        "chat/web@main",
    ),
]


@pytest.mark.parametrize(("row", "text"), SOURCES)
def test_a_source_is_one_text(row: dict[str, Any], text: str) -> None:
    assert source_of(row) == text
