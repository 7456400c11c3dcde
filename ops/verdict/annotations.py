"""The verdict as workflow commands of GitHub, which show beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from ops.verdict.escape import command_data, command_property, printable
from ops.verdict.model import Report
from ops.verdict.places import line_of

LEVELS = {"mandatory": "error", "advisory": "warning"}


def workflow_commands(report: Report) -> Iterator[str]:
    """A line for each failed preview and each violation; GitHub itself shows the first ten of a kind."""
    for stack in report.stacks:
        file = f"Pulumi.{stack.stack}.yaml"
        for failure in stack.failures:
            yield _line("error", file, 1, f"{stack.stack}: preview failed", failure)
        for found in stack.violations:
            line = line_of(found.rule, report.lines.get(stack.stack, {}))
            named = f"{found.name}: " if found.name else ""
            text = f"{named}{found.text}. Remedy: {found.remedy}"
            yield _line(LEVELS[found.level], file, line, f"{stack.stack}: {found.rule}", text)


def _line(level: str, file: str, line: int, title: str, text: str) -> str:
    place = f"file={command_property(file)},line={line},title={command_property(printable(title))}"
    return f"::{level} {place}::{command_data(printable(text))}"
