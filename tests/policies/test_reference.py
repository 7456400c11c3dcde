"""docs/policies.md, the rules, the levels, the fixtures and the procedure's sentences hold together."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sop import numbers, pack, reference
from sop.registry import RULES
from sop.rule import Rule

from tests.policies.stage import ROOT

IDS = {rule.id for rule in RULES}
LEVELS = ROOT / "policies" / "levels"
SENTENCES = reference.sentences()
CHAPTERS = {
    "Prerequisites": ("Environment Requirements", "Required Environment Variables"),
    "2 Configuration": ("2.1", "2.2", "2.3"),
    "4 Verification": ("4.3",),
    "5 Monitoring": ("5.3",),
    "Emergency": ("Emergency 2", "Emergency 3"),
    "Security": ("Security 1", "Security 2", "Security 3"),
    "Compliance": ("Compliance 1", "Compliance 2"),
}
SECTIONS = {
    "Environment Requirements",
    "Required Environment Variables",
    *("2.1", "2.2", "2.3", "4.3", "5.3"),
    *("Emergency 2", "Emergency 3", "Security 1", "Security 2", "Security 3", "Compliance 1", "Compliance 2"),
}
_RULE_LIKE = re.compile(rf"`((?:{'|'.join(reference.GROUPS)})-[a-z]+-[a-z-]+)`")


def test_the_page_is_current() -> None:
    assert reference.PAGE.read_text(encoding="utf-8") == reference.page(), (
        "run: cd policies && ../.venv/bin/python -m sop.reference"
    )


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_page_says_everything_about_a_rule(rule: Rule) -> None:
    part = reference.page().partition(f"### {rule.id}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    assert rule.outcome in part
    assert f"severity {rule.severity};" in part
    assert rule.section in part
    assert rule.remedy[1:] in part
    assert (f"CIS Docker {rule.cis}" in part) == (rule.cis is not None)
    assert ("takes no exemption" in part) == (not rule.exemptible)


def test_the_page_names_the_checks_and_the_limits_as_they_are() -> None:
    page = reference.page()
    assert all(f"`{name}" in page for name in (pack.VALID, pack.IN_FORCE, pack.USED, pack.TODAY_VARIABLE))
    assert f"its last day, {numbers.EXEMPTION_DAYS_MAXIMUM} days ahead at most" in page


@pytest.mark.parametrize("page", ["docs/sop.md", "docs/configuration.md", "README.md", "policies/levels/README.md"])
def test_every_rule_that_a_page_names_exists(page: str) -> None:
    assert set(_RULE_LIKE.findall((ROOT / page).read_text(encoding="utf-8"))) <= IDS


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_chapter_of_the_procedure_names_exactly_the_rules_of_its_sections(chapter: str) -> None:
    page = (ROOT / "docs" / "sop.md").read_text(encoding="utf-8")
    text = page.partition(f"\n## {chapter}")[2].partition("\n## ")[0]
    rules = [rule.id for rule in RULES if rule.section in CHAPTERS[chapter]]
    assert text.rpartition("Rules of the policy pack: ")[2].rstrip() == (
        ", ".join(f"[`{id}`](policies.md#{id})" for id in rules) + "."
    )


def test_every_section_belongs_to_a_chapter() -> None:
    assert {section for sections in CHAPTERS.values() for section in sections} == SECTIONS


def test_every_sentence_has_rules_or_a_reason() -> None:
    answers = reference.coverage()
    assert answers.keys() == SENTENCES.keys()
    bad = [name for name, answer in answers.items() if (set(answer) != {"rules"}) == (set(answer) != {"why"})]
    assert bad == []
    assert [name for name, answer in answers.items() if "why" in answer and len(answer["why"]) < 40] == []
    assert {rule for answer in answers.values() for rule in answer.get("rules", ())} <= IDS


def test_every_section_on_security_and_sizing_has_sentences_and_every_rule_names_such_a_section() -> None:
    assert {sentence["section"] for sentence in SENTENCES.values()} == SECTIONS
    assert {rule.section for rule in RULES} <= SECTIONS


def test_a_rule_carries_out_a_sentence_or_a_recommendation_of_the_benchmark() -> None:
    covered = {rule for answer in reference.coverage().values() for rule in answer.get("rules", ())}
    assert [rule.id for rule in RULES if rule.id not in covered and rule.cis is None] == []


def _level(stack: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((LEVELS / f"{stack}.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("stack", reference.STACKS)
def test_a_level_file_only_lowers_rules_and_gives_a_reason_for_each(stack: str) -> None:
    table = (LEVELS / "README.md").read_text(encoding="utf-8")
    reasons = {
        rule
        for rule, stacks, reason in re.findall(r"^\| ([a-z-]+) \| ([a-z, ]+) \| (.{20,}) \|$", table, re.MULTILINE)
        if stack in stacks.split(", ")
    }
    assert set(_level(stack)) == reasons
    assert set(_level(stack).values()) <= {"advisory"}


@pytest.mark.parametrize("stack", reference.STACKS)
def test_no_level_lowers_a_rule_that_takes_no_exemption(stack: str) -> None:
    assert set(_level(stack)) <= {rule.id for rule in RULES if rule.exemptible}


def test_remedies_and_outcomes_are_written_to_be_put_together() -> None:
    assert [rule.id for rule in RULES if not rule.outcome.endswith(".") or rule.outcome[0].islower()] == []
    assert [rule.id for rule in RULES if rule.remedy.endswith(".") or rule.remedy[0].isupper()] == []
