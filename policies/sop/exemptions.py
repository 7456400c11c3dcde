"""Exceptions to the rules: each names its rule, its resource, its reason and its last day.

What is wrong with the file is a violation of its own, so that an exception never outlives its date in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from sop.numbers import EXEMPTION_DAYS_MAXIMUM
from sop.rule import Rule

FIELDS = ("rule", "resource", "stack", "reason", "owner", "ticket", "expires")


class _Loader(yaml.SafeLoader):
    """Leaves dates as text: YAML's own reading of 2026-06-31 would end before its entry could be named."""

    def date_as_text(self, node: yaml.ScalarNode) -> str:
        return str(node.value)


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.date_as_text)


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """One exception. `resource` and `stack` are names or patterns with `*`."""

    rule: str
    resource: str
    stack: str
    reason: str
    owner: str
    ticket: str
    expires: date
    """The last day on which it holds."""

    def covers(self, rule: str, urn: str, stack: str) -> bool:
        return rule == self.rule and self.concerns(stack) and fnmatchcase(urn, self.resource)

    def concerns(self, stack: str) -> bool:
        return fnmatchcase(stack, self.stack)

    def days_left(self, today: date) -> int:
        return (self.expires - today).days

    def __str__(self) -> str:
        return f"{self.rule} for {self.resource} in {self.stack}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something that is wrong with the file: the sentence, and the stack that it concerns (a pattern)."""

    text: str
    stack: str = "*"


@dataclass(kw_only=True)
class Exemptions:
    """The exceptions in force on one day. It keeps count of those that were needed."""

    entries: tuple[Exemption, ...] = ()
    problems: tuple[Problem, ...] = ()
    today: date = field(default_factory=date.today)
    used: set[Exemption] = field(default_factory=set)

    def cover(self, rule: Rule, urn: str, stack: str) -> bool:
        """Whether a violation is excepted; the exception then counts as used."""
        covering = [entry for entry in self.entries if entry.covers(rule.id, urn, stack)]
        self.used.update(covering)
        return bool(covering)

    def of(self, stack: str) -> list[Exemption]:
        return [entry for entry in self.entries if entry.concerns(stack)]


def load(path: Path, rules: Iterable[Rule], today: date) -> Exemptions:
    """Read the file and judge every entry. It never raises: what cannot be used is a problem."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a safe one
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return Exemptions(problems=(Problem(text=f"{path.name} cannot be read: {_why(error)}"),), today=today)
    content = content or {}
    if not isinstance(content, dict) or not isinstance(content.get("exemptions", []) or [], list):
        return Exemptions(problems=(Problem(text=f"{path.name} holds no list named exemptions"),), today=today)
    problems = [Problem(text=f"{path.name} has an unknown key {key}") for key in content if key != "exemptions"]
    known = {rule.id: rule for rule in rules}
    entries: list[Exemption] = []
    for number, given in enumerate(content.get("exemptions") or [], 1):
        made = _entry(number, given, known, today)
        if isinstance(made, Exemption):
            entries.append(made)
        else:
            problems.append(made)
    return Exemptions(entries=tuple(entries), problems=tuple(problems), today=today)


def _entry(number: int, given: Any, known: Mapping[str, Rule], today: date) -> Exemption | Problem:
    if not isinstance(given, dict):
        return Problem(text=f"entry {number} is no mapping of {', '.join(FIELDS)}")
    title = f"entry {number} ({given.get('rule') or 'no rule'})"
    missing = [name for name in FIELDS if given.get(name) is None or not str(given[name]).strip()]
    if missing:
        return Problem(text=f"{title} lacks {', '.join(missing)}")
    unknown = sorted(str(name) for name in given if name not in FIELDS)
    if unknown:
        return Problem(text=f"{title} has unknown fields: {', '.join(unknown)}")
    rule = known.get(str(given["rule"]))
    if rule is None:
        return Problem(text=f"{title} names no rule of this pack")
    if not rule.exemptible:
        return Problem(text=f"{title}: this rule takes no exemption")
    expires = _day(given["expires"])
    if expires is None:
        return Problem(text=f"{title} expires on {given['expires']!r}, which is no date like 2026-12-31")
    texts = {name: str(given[name]).strip() for name in FIELDS if name != "expires"}
    entry = Exemption(**texts, expires=expires)
    if expires < today:
        return Problem(text=f"{title} for {entry.resource} expired on {expires}", stack=entry.stack)
    if expires > today + timedelta(days=EXEMPTION_DAYS_MAXIMUM):
        return Problem(
            text=f"{title} for {entry.resource} expires on {expires}, in {entry.days_left(today)} days; "
            f"{EXEMPTION_DAYS_MAXIMUM} is the limit",
            stack=entry.stack,
        )
    return entry


def _day(given: Any) -> date | None:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def _why(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return str(error).splitlines()[0]
