"""The verdict as JUnit XML: a suite for each stack, a case for each rule and one for the preview itself."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from ops.counted import counted
from ops.verdict.escape import xml_text
from ops.verdict.model import Report, StackVerdict, Violation


def junit(report: Report) -> str:
    """The document as text."""
    root = Xml.Element("testsuites", name=f"{report.catalogue.name} {report.catalogue.version}")
    for stack in report.stacks:
        _suite(root, stack, report)
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: Xml.Element, stack: StackVerdict, report: Report) -> None:
    found: dict[str, list[Violation]] = {}
    for violation in stack.violations:
        found.setdefault(violation.rule, []).append(violation)
    rules = list(dict.fromkeys([*(rule.id for rule in report.catalogue.rules), *found]))
    suite = Xml.SubElement(
        root,
        "testsuite",
        name=xml_text(stack.stack),
        timestamp=report.made.removesuffix("Z"),
        time=f"{stack.seconds:.1f}",
        tests=str(len(rules) + 1),
        failures=str(len(stack.blocking)),
        errors=str(int(bool(stack.failures))),
    )
    preview = Xml.SubElement(suite, "testcase", classname=xml_text(stack.stack), name="preview")
    if stack.failures:
        error = Xml.SubElement(preview, "error", message="the preview failed")
        error.text = xml_text("\n".join(stack.failures))
    for rule in rules:
        _case(suite, stack.stack, rule, found.get(rule, []), judged=not stack.failures)


def _case(suite: Xml.Element, stack: str, rule: str, found: list[Violation], *, judged: bool) -> None:
    case = Xml.SubElement(suite, "testcase", classname=xml_text(stack), name=rule)
    lines = "\n".join(f"{each.name}: {each.text}. Remedy: {each.remedy}" for each in found)
    if any(each.level == "mandatory" for each in found):
        failure = Xml.SubElement(case, "failure", message=counted(len(found), "violation"))
        failure.text = xml_text(lines)
    elif found:
        Xml.SubElement(case, "system-out").text = xml_text(f"advisory\n{lines}")
    elif not judged:
        Xml.SubElement(case, "skipped", message="the preview failed")
