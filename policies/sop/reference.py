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

from sop.numbers import EXEMPTION_DAYS_MAXIMUM
from sop.pack import IN_FORCE, TODAY_VARIABLE, USED, VALID, cited
from sop.registry import RULES
from sop.rule import Rule

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "policies.md"
LEVELS = ROOT / "policies" / "levels"
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

_CHECKS = "\n".join(
    f"- `{check}` {text}"
    for check, text in (
        (
            VALID,
            "blocks for an entry that cannot be read, lacks a field, names no rule that takes one, or has expired.",
        ),
        (IN_FORCE, "lists every exemption in force with the days that are left."),
        (USED, "names an exemption that nothing needs, to be removed."),
    )
)
_INTRODUCTION = f"""\
# Policies

The pack in `policies/` judges what is about to be deployed, by the operating procedure and the CIS Docker Benchmark.
This page is generated from its rules: `cd policies && ../.venv/bin/python -m sop.reference`.

    export PULUMI_OPTION_POLICY_PACK=./policies
    export PULUMI_OPTION_POLICY_PACK_CONFIG=policies/levels/production.json
    pulumi preview

Both paths count from the folder in which Pulumi is called.

- A rule **of a resource** judges its inputs, in a preview and again right before an update touches the resource.
- A rule **of the stack** judges how resources belong together. A preview as a whole is judged before anything happens;
  an update runs such a preview first. With `pulumi up --skip-preview` these rules speak only once everything is there:
  do not use it.
- `blocks` stops the preview and the update with exit code 1, `advises` is shown and goes on. A pack without a level
  file blocks with every rule. `policies/levels/README.md` gives the reason for every rule that only advises.
- The rules marked *production* hold for the stacks of production alone: `production`, `prod`, or a name with such a
  part, as in `prod-eu`.
- What a preview does not know yet lets no rule pass: the rule says `cannot be judged` with the property's name, and
  blocks as if it were broken.
- A value of a variable is never shown: on Dokploy all of them are secret.
- The pack cannot tell whether a value is marked as a secret, for the engine shows it every value in plain. It judges by
  names and shapes; the program's components mark every secret.
- The pack can guarantee what passes through it: it runs where the two variables above are set. Whoever owns the
  server's key and calls Pulumi without the pack, or Dokploy without Pulumi, is not stopped by it.
  `pulumi policy analyze --policy-pack ./policies --stack production` judges what is deployed, however it came there.

## Exemptions

`policies/exemptions.yaml` holds exceptions, each with `rule`, `resource` (a URN, or a pattern with `*`), `stack`,
`reason`, `owner`, `ticket` and `expires`, its last day, {EXEMPTION_DAYS_MAXIMUM} days ahead at most.
The resource of a rule of the stack is the application or the container.
`{TODAY_VARIABLE}=2026-12-31` shows what a later day will bring.

{_CHECKS}
"""


def page(rules: Sequence[Rule] = RULES) -> str:
    """The whole page."""
    levels = {stack: json.loads((LEVELS / f"{stack}.json").read_text(encoding="utf-8")) for stack in STACKS}
    parts = [_INTRODUCTION, "\n## Rules\n", *_summary(rules, levels)]
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
