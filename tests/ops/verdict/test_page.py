"""The readiness page: what it says, and how a real browser shows it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ops.verdict.catalogue import Exemption
from ops.verdict.links import Links
from ops.verdict.model import Report
from ops.verdict.page.html import TITLES, page
from ops.verdict.page.states import of_sentence, state_of
from tests.ops.test_evidence import RECORD
from tests.ops.verdict import browser
from tests.ops.verdict.example import BLOCK, CATALOGUE, HEADERS, LARGE, MEMORY, report, stack

HOSTILE = "</style></svg><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def full(name: str = "chatzwa-application") -> Report:
    """Every section filled, with a name where the program under judgement may put one."""
    clean = stack()
    exemption: Exemption = replace(clean.exemptions[0], owner=name, reason=name)
    changes = tuple(replace(change, name=name, reasons=(name,)) for change in clean.changes)
    return report(
        replace(
            clean,
            exemptions=(exemption, replace(exemption, days_left=3, used=False)),
            resources=tuple(replace(each, name=name) for each in clean.resources),
            changes=changes,
            drift=changes,
        ),
        stack(stack="production", violations=(replace(BLOCK, text=name, remedy=name),), after=LARGE),
        stack(stack="eu", failures=(name,), before=None, after=None, resources=()),
    )


def test_rules_are_kept_only_where_a_whole_preview_says_so() -> None:
    assert state_of(MEMORY, stack()) == "kept"
    assert state_of(MEMORY, stack(violations=(BLOCK,))) == "blocks"
    assert state_of(HEADERS, stack()) == "advises"
    assert state_of(MEMORY, stack(failures=("boom",))) == "unjudged"
    assert state_of(MEMORY.model_copy(update={"id": "container-image-pinned"}), stack()) == "exempt"
    production = MEMORY.model_copy(update={"production_only": True})
    assert (state_of(production, stack()), state_of(production, stack(stack="prod-eu"))) == ("elsewhere", "kept")


def test_a_sentence_of_the_procedure_is_as_good_as_the_worst_of_its_rules() -> None:
    memory, headers, law = CATALOGUE.coverage

    assert of_sentence(report(), memory) == "kept"
    assert of_sentence(report(stack(), stack(violations=(BLOCK,))), memory) == "blocks"
    assert of_sentence(report(), headers) == "advises"
    assert of_sentence(report(), law) is None


def test_the_page_says_everything_and_loads_nothing() -> None:
    text = page(full(), [RECORD], Links())

    for said in (
        "cannot be judged: a preview failed",
        "blocked by 1 rule",
        "36 days",
        "not needed any more",
        "A Person",
        "0123456789ab",
        "<strong>Drift</strong>: 2 resources",
        "Tier high-traffic",
        "No resource shows it.",
    ):
        assert said in text
    assert "default-src 'none'" in text
    assert not any(part in text for part in ("<script", "src=", "http://", "@import", "url("))


def test_a_size_that_is_none_is_told_and_breaks_no_page() -> None:
    text = page(report(stack(after=replace(LARGE, memory="plenty"))), [], Links())

    assert "&#x27;plenty&#x27; is not a size" in text


def test_no_name_becomes_a_tag() -> None:
    text = page(full(HOSTILE), [RECORD.model_copy(update={"who": HOSTILE})], Links())

    assert text.count("<") == page(full(), [RECORD], Links()).count("<")
    assert "<script" not in text
    assert "<img" not in text


@pytest.mark.engine
@pytest.mark.skipif(browser.program() is None, reason="no Chromium: apt-get install chromium")
@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
@pytest.mark.parametrize("name", ["chatzwa-application", HOSTILE])
def test_a_browser_shows_it_readable_narrow_and_by_keyboard(tmp_path: Path, width: int, dark: bool, name: str) -> None:
    seen = browser.look(page(full(name), [RECORD], Links()), tmp_path, width=width, dark=dark)

    assert seen.console == []
    found = seen.found
    assert (found["dark"], found["width"]) == (dark, width)
    assert found["overflow"] == 0
    assert found["faint"] == []
    assert (found["unseen"], found["unnamed"], found["broken"], found["twice"]) == ([], 0, 0, 0)
    assert (found["scripts"], found["outside"]) == (0, 0)
    assert found["reachable"] > 20
    assert found["texts"] > 100
    assert found["sections"] == list(TITLES)


@pytest.mark.engine
@pytest.mark.skipif(browser.program() is None, reason="no Chromium: apt-get install chromium")
def test_the_pages_own_policy_stops_nothing_that_it_needs(tmp_path: Path) -> None:
    file, picture = tmp_path / "page.html", tmp_path / "page.png"
    file.write_text(page(full(), [RECORD], Links()), encoding="utf-8")

    ended = browser.run(file, tmp_path, f"--screenshot={picture}")

    assert browser.console(ended.stderr) == []
    assert picture.stat().st_size > 20_000
