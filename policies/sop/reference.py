"""Writes docs/policies.md: every rule with what people have to know about it.

From the folder `policies`: `python -m sop.reference` writes it, `python -m sop.reference --check` compares.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sop.pack import cited
from sop.registry import RULES
from sop.rule import Rule

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "policies.md"
LEVELS = ROOT / "policies" / "levels"
INTRODUCTION = Path(__file__).with_name("introduction.md")
COVERAGE = Path(__file__).with_name("coverage.yaml")
SENTENCES = Path(__file__).with_name("sentences.yaml")
STACKS = ("local", "staging", "production")
GROUPS: Mapping[str, str] = {
    "sizing": "Sizes",
    "runtime": "Running",
    "environment": "Variables and secrets",
    "network": "Ways in",
    "container": "What a container may do",
    "backup": "Backups and data",
    "change": "Changes and incidents",
}


def page(rules: Sequence[Rule] = RULES) -> str:
    """The whole page."""
    levels = {stack: json.loads((LEVELS / f"{stack}.json").read_text(encoding="utf-8")) for stack in STACKS}
    parts = [INTRODUCTION.read_text(encoding="utf-8"), "## Rules\n", *_summary(rules, levels)]
    for group, title in GROUPS.items():
        parts.append(f"\n## {title}\n")
        parts += (_described(rule, levels) for rule in rules if rule.group == group)
    parts += ["\n## The procedure, sentence by sentence\n", *_covered()]
    return "\n".join(parts).rstrip("\n") + "\n"


def _summary(rules: Sequence[Rule], levels: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield f"{len(rules)} rules.\n"
    yield "| rule | severity | local | staging | production | SOP | CIS |"
    yield "|---|---|---|---|---|---|---|"
    for rule in rules:
        given = " | ".join(_level(rule, stack, levels[stack]) for stack in STACKS)
        yield f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {given} | {rule.section} | {rule.cis or ''} |"


def _level(rule: Rule, stack: str, levels: Mapping[str, str]) -> str:
    if rule.production_only and stack != "production":
        return "-"
    return "advises" if levels.get(rule.id) == "advisory" else "blocks"


def _described(rule: Rule, levels: Mapping[str, Mapping[str, str]]) -> str:
    kind = "of the stack" if rule.about_the_stack else "of a resource"
    facts = [
        f"severity {rule.severity}",
        f"{kind}, production" if rule.production_only else kind,
        cited(rule.section),
        *([f"CIS Docker {rule.cis}"] if rule.cis else []),
        "takes an exemption" if rule.exemptible else "**takes no exemption**",
    ]
    remedy = rule.remedy[:1].upper() + rule.remedy[1:]
    return f"### {rule.id}\n\n{rule.outcome}\n\n{'; '.join(facts)}.\n\nRemedy: {remedy}.\n"


def coverage() -> dict[str, dict[str, Any]]:
    """The rules or the explanation for each sentence of the procedure."""
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(COVERAGE.read_text(encoding="utf-8"))
    return loaded


def sentences() -> dict[str, dict[str, str]]:
    """What the procedure says on security and sizing, restated."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    return loaded


def _covered() -> Iterator[str]:
    yield "Each sentence on security and sizing has its rules, or a reason why it has none.\n"
    yield "| section | what it says | rules, or why none |"
    yield "|---|---|---|"
    said = sentences()
    for name, answer in coverage().items():
        rules = ", ".join(f"[`{rule}`](#{rule})" for rule in answer.get("rules", ()))
        yield f"| {said[name]['section']} | {said[name]['says']} | {rules or answer['why']} |"


def main(arguments: Sequence[str]) -> int:
    """Write the page, or with `--check` say whether it is current."""
    current = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if "--check" in arguments:
        return 0 if current == page() else 1
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
