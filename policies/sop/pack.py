"""Turns the rules into policies of Pulumi: applies exemptions, names what is unknown, words the message.

Rules about one resource become resource policies, which judge its inputs before anything is done to it. Rules
about how resources belong together become stack policies: they judge a preview as a whole, and an update only
once everything is there, so that it is the preview before an update that they stop.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from sop import marks, reading
from sop.exemptions import Exemption, Exemptions, load
from sop.registry import RULES
from sop.rule import Rule
from sop.views.fields import Fields
from sop.views.resource import Resource, is_production, stack_of

# Before the first resource is read.
marks.keep()
reading.once()

NAME = "chatzwa-sop"
FILE = Path(__file__).resolve().parent.parent / "exemptions.yaml"
TODAY_VARIABLE = "CHATZWA_POLICY_TODAY"
"""A day such as 2026-12-31 that takes the place of today: to see which exemptions will have expired by then."""

VALID = "exemptions-entries-valid"
IN_FORCE = "exemptions-in-force"
USED = "exemptions-all-used"


def policies(rules: Sequence[Rule] = RULES, file: Path = FILE, today: date | None = None) -> list[Policy]:
    """Every policy of the pack. The last ones are about the exemptions, once all others have used them."""
    exemptions = load(file, rules, today or _today())
    made = [
        _stack_policy(rule, exemptions) if rule.about_the_stack else _resource_policy(rule, exemptions)
        for rule in rules
    ]
    return [*made, *_about_exemptions(exemptions)]


def _today() -> date:
    given = os.environ.get(TODAY_VARIABLE)
    try:
        return date.fromisoformat(given) if given else date.today()
    except ValueError:
        raise SystemExit(f"{TODAY_VARIABLE} is {given!r}, which is no date like 2026-12-31") from None


def _resource_policy(rule: Rule, exemptions: Exemptions) -> Policy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type not in rule.judges.TYPES:
            return
        if rule.production_only and not is_production(stack_of(args.urn)):
            return
        resource = Resource(
            type=args.resource_type,
            urn=args.urn,
            name=args.name,
            fields=Fields(args.props),
            protected=args.opts.protect,
        )
        for text in _judged(lambda: _found(rule, resource)):
            _report(rule, exemptions, resource.urn, text, lambda message, urn: report(message, None))

    return ResourceValidationPolicy(validate=validate, **_described(rule))


def _stack_policy(rule: Rule, exemptions: Exemptions) -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = _stack(args.resources)
        if stack is None or (rule.production_only and not is_production(stack)):
            return
        families: list[Any] = []

        def gather() -> Iterator[str]:
            families.extend(rule.judges.views(args.resources))
            yield from ()

        for text in _judged(gather):
            _report(rule, exemptions, args.resources[0].urn, text, report)
        for family in families:
            for text in _judged(lambda: rule.find(family)):  # noqa: B023 - used before the next turn
                _report(rule, exemptions, family.workload.resource.urn, text, report)

    return StackValidationPolicy(validate=validate, **_described(rule))


def _found(rule: Rule, resource: Resource) -> Iterator[str]:
    for view in rule.judges.views(resource):
        yield from rule.find(view)


def _judged(find: Callable[[], Iterator[str]]) -> Iterator[str]:
    """What is wrong. A value that is unknown or that cannot be read lets no rule pass: the rule says so."""
    try:
        yield from find()
    except UnknownValueError as error:
        yield (
            f"cannot be judged: {'.'.join(error.props)} is unknown at this time; give it a plain value, or let an "
            "exemption take the responsibility"
        )
    except Exception as error:
        # The error's text may hold a value, which may be a secret.
        yield f"cannot be judged: a value has a form that this rule cannot read ({type(error).__name__}); correct it"


def _report(rule: Rule, exemptions: Exemptions, urn: str, text: str, report: Callable[[str, str | None], None]) -> None:
    if rule.exemptible and exemptions.cover(rule, urn, stack_of(urn)):
        return
    name = urn.rpartition("::")[2]
    report(f"{name}: {text} ({cited(rule.section)}). Remedy: {rule.remedy}", urn)


def cited(section: str) -> str:
    """`SOP 2.3`, or `SOP, Environment Requirements`."""
    return f"SOP {section}" if section[:1].isdigit() else f"SOP, {section}"


def _described(rule: Rule) -> dict[str, Any]:
    framework = PolicyComplianceFramework(
        name="CIS Docker Benchmark" if rule.cis else "SOP",
        version="1.6" if rule.cis else None,
        reference=rule.cis or rule.section,
    )
    return {
        "name": rule.id,
        "description": rule.outcome,
        "severity": Severity(rule.severity),
        "framework": framework,
        "tags": [rule.group],
        "remediation_steps": rule.remedy,
    }


def _about_exemptions(exemptions: Exemptions) -> list[Policy]:
    def valid(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = _stack(args.resources)
        for problem in exemptions.problems:
            if stack is None or fnmatchcase(stack, problem.stack):
                report(f"{problem.text}. Remedy: correct or remove it in policies/exemptions.yaml", None)

    def in_force(args: StackValidationArgs, report: ReportViolation) -> None:
        for entry in _of(exemptions, args.resources):
            left = entry.days_left(exemptions.today)
            report(
                f"{entry}: {left} day{'' if left == 1 else 's'} left, until {entry.expires}. "
                f"{entry.reason} ({entry.owner}, {entry.ticket})",
                None,
            )

    def used(args: StackValidationArgs, report: ReportViolation) -> None:
        for entry in _of(exemptions, args.resources):
            if entry not in exemptions.used:
                report(f"{entry} is not needed. Remedy: remove it from policies/exemptions.yaml", None)

    return [
        StackValidationPolicy(
            VALID,
            "Every exemption is complete, names a rule that takes one, and has not expired.",
            valid,
            EnforcementLevel.MANDATORY,
            severity=Severity.CRITICAL,
        ),
        StackValidationPolicy(
            IN_FORCE,
            "Exemptions in force are seen by everybody, with the days that are left.",
            in_force,
            EnforcementLevel.ADVISORY,
            severity=Severity.LOW,
        ),
        StackValidationPolicy(
            USED,
            "An exemption that nothing needs any more is removed.",
            used,
            EnforcementLevel.ADVISORY,
            severity=Severity.LOW,
        ),
    ]


def _of(exemptions: Exemptions, resources: Iterable[PolicyResource]) -> list[Exemption]:
    stack = _stack(resources)
    return [] if stack is None else exemptions.of(stack)


def _stack(resources: Iterable[PolicyResource]) -> str | None:
    """The stack's name, by any resource: all of them carry it."""
    first = next(iter(resources), None)
    return None if first is None else stack_of(first.urn)
