"""The verdict as SARIF 2.1.0, for code scanning: rules with help, results where they are decided."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from ops.verdict.catalogue import Rule
from ops.verdict.links import Links
from ops.verdict.model import Report, StackVerdict, Violation
from ops.verdict.places import component_file, line_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Mapping[str, str] = {"mandatory": "error", "advisory": "warning"}
SCORES: Mapping[str, str] = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
"""The severity as code scanning sorts by it."""


def sarif(report: Report, links: Links) -> dict[str, Any]:
    """One run with a result for each violation, and a notification for each preview that failed."""
    named = dict.fromkeys(found.rule for stack in report.stacks for found in stack.violations)
    rules = [_rule(rule, links) for rule in report.catalogue.rules]
    # Rules about exemptions are the pack's own and not in its list.
    rules += [{"id": name} for name in named if name not in report.catalogue.by_id]
    index = {rule["id"]: position for position, rule in enumerate(rules)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": report.catalogue.name,
                        "version": report.catalogue.version,
                        "rules": rules,
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": report.outcome != "failed",
                        "toolExecutionNotifications": [
                            {"level": "error", "message": {"text": f"{stack.stack}: {failure}"}}
                            for stack in report.stacks
                            for failure in stack.failures
                        ],
                    }
                ],
                "originalUriBaseIds": {"ROOT": {"description": {"text": "The root of the checkout."}}},
                "columnKind": "unicodeCodePoints",
                "results": list(_results(report, index)),
            }
        ],
    }


def _rule(rule: Rule, links: Links) -> dict[str, Any]:
    help_text = f"{rule.outcome} ({rule.cited}) Remedy: {rule.remedy}."
    return {
        "id": rule.id,
        "name": "".join(part.capitalize() for part in rule.id.split("-")),
        "shortDescription": {"text": rule.outcome},
        "fullDescription": {"text": help_text},
        "help": {"text": help_text},
        "helpUri": links.rule(rule.id),
        "defaultConfiguration": {"level": "error"},
        "properties": {
            "security-severity": SCORES[rule.severity],
            "severity": rule.severity,
            "section": rule.section,
            "tags": [rule.id.partition("-")[0], *([f"CIS Docker {rule.cis}"] if rule.cis else [])],
        },
    }


def _results(report: Report, index: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for stack in report.stacks:
        for found in stack.violations:
            yield _result(report, stack, found, index[found.rule])


def _result(report: Report, stack: StackVerdict, found: Violation, index: int) -> dict[str, Any]:
    line = line_of(found.rule, report.lines.get(stack.stack, {}))
    named = f"{found.name}: " if found.name else ""
    remedy = f" Remedy: {found.remedy}." if found.remedy else ""
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": LEVELS[found.level],
        "message": {"text": f"{stack.stack}: {named}{found.text}.{remedy}"},
        "locations": [
            {
                "physicalLocation": _place(f"Pulumi.{stack.stack}.yaml", line),
                "logicalLocations": [{"fullyQualifiedName": found.urn or stack.stack, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"violation/v1": _fingerprint(stack.stack, found)},
    }
    component = component_file(found.urn)
    if component:
        result["relatedLocations"] = [
            {"id": 1, "physicalLocation": _place(component, 1), "message": {"text": "The component that makes it."}}
        ]
    return result


def _place(file: str, line: int) -> dict[str, Any]:
    return {"artifactLocation": {"uri": file, "uriBaseId": "ROOT"}, "region": {"startLine": line}}


def _fingerprint(stack: str, found: Violation) -> str:
    return hashlib.sha256("\0".join((stack, found.rule, found.urn)).encode()).hexdigest()[:32]
