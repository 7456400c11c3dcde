"""What a rehearsal found: the same data for the summary that people read and for the JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from ops.rehearsal.hosts import Replaced


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource of the stack's state."""

    type: str
    name: str
    urn: str


@dataclass(frozen=True, kw_only=True)
class ApiCall:
    """One call that the provider made to Dokploy; status 0 is a connection that was dropped."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """What the engine did to one resource where it should have done nothing."""

    operation: str
    urn: str
    properties: tuple[str, ...] = ()

    def __str__(self) -> str:
        kind, _, name = self.urn.rpartition("::")
        what = f"{self.operation} of {name} ({kind.rpartition('::')[2].rpartition('$')[2]})"
        return f"{what}: {', '.join(self.properties)}" if self.properties else what


@dataclass(frozen=True, kw_only=True)
class Step:
    """One run of the engine: its time in seconds, the calls it caused, and what went wrong in it."""

    name: str
    seconds: float
    calls: tuple[ApiCall, ...]
    changes: tuple[Change, ...] = ()
    failures: tuple[str, ...] = ()
    engine_lines: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole rehearsal. Everything in it is masked already."""

    stack: str
    host: str
    replaced: tuple[Replaced, ...]
    steps: tuple[Step, ...]
    resources: tuple[Resource, ...] = ()
    outputs: Mapping[str, Any] = field(default_factory=dict)
    violations: tuple[Mapping[str, Any], ...] = ()
    kept: str | None = None

    @property
    def failures(self) -> list[str]:
        return [f"{step.name}: {failure}" for step in self.steps for failure in step.failures]

    @property
    def result(self) -> Literal["passed", "failed"]:
        return "failed" if self.failures else "passed"

    def changes_in(self, name: str) -> int | None:
        """How many resources a step changed; None when the rehearsal did not come that far."""
        return next((len(step.changes) for step in self.steps if step.name == name), None)

    def to_json(self) -> dict[str, Any]:
        return {
            "result": self.result,
            "stack": self.stack,
            "host": self.host,
            "replaced_hosts": [asdict(replaced) for replaced in self.replaced],
            "resources": [asdict(resource) for resource in self.resources],
            "outputs": dict(self.outputs),
            "second_up_changes": self.changes_in("second_up"),
            "refresh_changes": self.changes_in("refresh"),
            "calls": [asdict(call) for step in self.steps for call in step.calls],
            "violations": [dict(violation) for violation in self.violations],
            "seconds": {step.name: round(step.seconds, 2) for step in self.steps},
            "failures": self.failures,
            "engine_lines": [line for step in self.steps for line in step.engine_lines],
            "kept": self.kept,
        }
