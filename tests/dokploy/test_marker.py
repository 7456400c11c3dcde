"""The mark that finds a lost object again."""

from __future__ import annotations

import re

import pytest

from dokploy.marker import Marker, strip

URN = "urn:pulumi:production::chatzwa::dokploy:index:Project::chatzwa"
MARK = Marker.of(URN, "environment-1")


def test_a_mark_is_sixteen_hex_digits_in_brackets() -> None:
    assert re.fullmatch(r"\[pulumi:[0-9a-f]{16}\]", MARK.text)


def test_a_mark_is_the_same_in_every_run() -> None:
    assert Marker.of(URN, "environment-1").text == "[pulumi:5f9931352471d9fd]"


@pytest.mark.parametrize(
    "other",
    [
        Marker.of(URN),
        Marker.of(URN, "environment-2"),
        Marker.of(URN, "environment-1", ""),
        Marker.of(URN + "2", "environment-1"),
        Marker.of(URN + "e", "nvironment-1"),
    ],
)
def test_another_urn_or_replace_input_has_another_mark(other: Marker) -> None:
    assert other != MARK
    assert not MARK.marks(other.on("text"))


@pytest.mark.parametrize("text", [None, "", "Chat for Zwa", "line one\nline two", "[pulumi:short]"])
def test_a_description_comes_back_as_it_was(text: str | None) -> None:
    marked = MARK.on(text)
    assert MARK.marks(marked)
    assert strip(marked) == (text or "")


def test_a_description_carries_one_mark_at_most() -> None:
    other = Marker.of(URN, "environment-2")
    assert MARK.on(other.on("text")) == MARK.on(MARK.on("text")) == f"text {MARK.text}"


@pytest.mark.parametrize("text", [None, "", "text", MARK.digits, MARK.text[:-1]])
def test_a_text_without_the_mark_is_not_marked(text: str | None) -> None:
    assert not MARK.marks(text)
    assert strip(text) == (text or "")
