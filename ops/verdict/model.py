"""The verdict on a change: the one data model that every form of the report is written from.

Everything in it is masked already. Names and messages come from the program under judgement, so each writer
escapes them for its own form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

from ops.counted import counted
from ops.verdict.catalogue import Catalogue, Exemption

Outcome = Literal["mergeable", "blocked", "failed"]
Operation = Literal["create", "update", "replace", "delete"]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource of the stack as the preview leaves it; `parent` is a URN, empty for the stack itself."""

    urn: str
    type: str
    name: str
    parent: str
    operation: str


@dataclass(frozen=True, kw_only=True)
class PathChange:
    """One property of a resource: its path, and short texts of its value before and after."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """What happens to one resource. `reasons` are the properties that force a replacement."""

    operation: Operation
    urn: str
    type: str
    name: str
    paths: tuple[PathChange, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A rule that is broken by one resource, or by the stack where `urn` is empty."""

    rule: str
    level: Literal["mandatory", "advisory"]
    urn: str
    text: str
    remedy: str = ""
    section: str = ""

    @property
    def name(self) -> str:
        return self.urn.split("::", 3)[-1]


@dataclass(frozen=True, kw_only=True)
class Sizes:
    """A tier: memory such as 2048Mi, CPU such as 1000m, storage such as 10Gi."""

    tier: str
    memory: str
    cpu: str
    storage: str


@dataclass(frozen=True, kw_only=True)
class Restart:
    """A container that is started anew, why, and whether nobody answers meanwhile."""

    name: str
    reason: str
    downtime: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class StackVerdict:
    """One stack: what would change, what the rules say, what is in force."""

    stack: str
    changes: tuple[Change, ...] = ()
    unchanged: int = 0
    violations: tuple[Violation, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    drift: tuple[Change, ...] | None = None
    """What was changed by hand on the server; None where nobody looked."""
    before: Sizes | None = None
    after: Sizes | None = None
    restarts: tuple[Restart, ...] = ()
    failures: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    compared: bool = False
    """In a rehearsal: whether the base was deployed before."""
    base_failure: str = ""
    """Why it could not be."""
    seconds: float = 0.0

    @property
    def blocking(self) -> tuple[str, ...]:
        """The rules that block, each once."""
        return tuple(sorted({found.rule for found in self.violations if found.level == "mandatory"}))

    @property
    def advising(self) -> tuple[str, ...]:
        return tuple(sorted({found.rule for found in self.violations if found.level == "advisory"}))

    @property
    def outcome(self) -> Outcome:
        """A preview that failed is not whole, so that its rules prove nothing: it is the worst."""
        if self.failures:
            return "failed"
        return "blocked" if self.blocking else "mergeable"

    @property
    def sentence(self) -> str:
        """`blocked by 2 rules, 3 advisory`."""
        said = {
            "mergeable": "mergeable",
            "blocked": f"blocked by {counted(len(self.blocking), 'rule')}",
            "failed": "preview failed"
            + (f", and blocked by {counted(len(self.blocking), 'rule')}" if self.blocking else ""),
        }[self.outcome]
        return f"{said}, {len(self.advising)} advisory" if self.advising else said

    def count(self, operation: Operation) -> int:
        return sum(change.operation == operation for change in self.changes)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The verdict on all stacks. `commit` is empty where no checkout says it."""

    stacks: tuple[StackVerdict, ...]
    catalogue: Catalogue
    rehearsed: bool
    made: str
    """When, in UTC: 2026-12-31T23:59:59Z."""
    commit: str = ""
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of each stack's file: the line of each key."""

    @property
    def outcome(self) -> Outcome:
        outcomes = {stack.outcome for stack in self.stacks}
        return "failed" if "failed" in outcomes else "blocked" if "blocked" in outcomes else "mergeable"

    @property
    def compared(self) -> bool:
        """Whether every stack of a rehearsal was compared with what the base deploys."""
        return bool(self.stacks) and all(stack.compared for stack in self.stacks)

    def to_json(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome,
            "made": self.made,
            "commit": self.commit,
            "rehearsed": self.rehearsed,
            "pack": {"name": self.catalogue.name, "version": self.catalogue.version},
            "stacks": [_stack(stack) for stack in self.stacks],
        }


def _stack(stack: StackVerdict) -> dict[str, Any]:
    plain: dict[str, Any] = _dated(asdict(stack))
    return {
        "stack": stack.stack,
        "outcome": stack.outcome,
        "sentence": stack.sentence,
        "blocking": list(stack.blocking),
        "advising": list(stack.advising),
        **{name: value for name, value in plain.items() if name != "stack"},
    }


def _dated(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _dated(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_dated(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
