"""What each rule, and each sentence of the procedure, has come to in the stacks of a report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from ops.verdict.catalogue import Rule, Sentence
from ops.verdict.model import Report, StackVerdict

State = Literal["blocks", "advises", "exempt", "unjudged", "elsewhere", "kept"]

ORDER: tuple[State, ...] = ("blocks", "advises", "exempt", "unjudged", "elsewhere", "kept")
"""From the worst to the best."""

TONES: dict[State, str] = {
    "blocks": "bad",
    "advises": "warn",
    "exempt": "warn",
    "unjudged": "none",
    "elsewhere": "none",
    "kept": "good",
}
PRODUCTION = ("production", "prod")


def state_of(rule: Rule, stack: StackVerdict) -> State:
    """A rule of production says nothing of another stack; a preview that failed judges nothing as kept."""
    levels = {found.level for found in stack.violations if found.rule == rule.id}
    if "mandatory" in levels:
        return "blocks"
    if levels:
        return "advises"
    if any(each.rule == rule.id and each.used for each in stack.exemptions):
        return "exempt"
    if stack.failures:
        return "unjudged"
    parts = stack.stack.replace("_", "-").split("-")
    if rule.production_only and not any(part in PRODUCTION for part in parts):
        return "elsewhere"
    return "kept"


def worst(states: Iterable[State]) -> State:
    """Of several; nothing at all is not judged."""
    found = set(states)
    return next((state for state in ORDER if state in found), "unjudged")


def of_rule(report: Report, rule: Rule) -> State:
    """Over all stacks: a stack that a rule does not concern does not count."""
    states = [state_of(rule, stack) for stack in report.stacks]
    return worst([state for state in states if state != "elsewhere"] or states)


def of_sentence(report: Report, sentence: Sentence) -> State | None:
    """None where no rule can keep the sentence, for the reason that it gives."""
    rules = [report.catalogue.by_id[name] for name in sentence.rules if name in report.catalogue.by_id]
    return worst(of_rule(report, rule) for rule in rules) if sentence.rules else None
