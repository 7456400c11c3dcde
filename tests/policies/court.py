"""Brings resources before the pack exactly as the engine does: through the servicer and its own deserialisation."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE
from sop.pack import NAME, policies

UNKNOWN = UNKNOWN_STRING_VALUE
TODAY = date(2026, 6, 1)
NO_EXEMPTIONS = Path(__file__).parent / "no_exemptions.yaml"


@dataclass(frozen=True, kw_only=True)
class Given:
    """One resource of a stack: what the program registers."""

    type: str
    name: str
    props: Mapping[str, Any]
    parents: tuple[str, ...] = ()
    """The types of the components above it."""
    sources: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The names of the resources that a property's value comes from."""
    protected: bool = False

    def urn(self, stack: str) -> str:
        return f"urn:pulumi:{stack}::chatzwa::{'$'.join((*self.parents, self.type))}::{self.name}"


@dataclass(frozen=True, kw_only=True)
class Violation:
    """What the pack reports."""

    rule: str
    level: str
    urn: str
    message: str


class Court:
    """The pack in this process, with every level as it is without a level file."""

    def __init__(self, *, exemptions: Path = NO_EXEMPTIONS, today: date = TODAY) -> None:
        made = policies(file=exemptions, today=today)
        self._servicer = _PolicyAnalyzerServicer(NAME, "0.0.1", made, EnforcementLevel.MANDATORY)
        self._judged: dict[bytes, Any] = {}

    def judge(self, resources: Iterable[Given], *, stack: str = "production") -> list[Violation]:
        """Everything that is reported about a stack: each resource by itself, then all together."""
        given = list(resources)
        urns = {one.name: one.urn(stack) for one in given}
        found: list[Violation] = []
        for one in given:
            request = proto.AnalyzeRequest(
                type=one.type,
                properties=_struct(one.props),
                urn=urns[one.name],
                name=one.name,
                options=proto.AnalyzerResourceOptions(protect=one.protected),
            )
            # Most of a stack is the same from test to test.
            key = request.SerializeToString(deterministic=True)
            if key not in self._judged:
                self._judged[key] = self._servicer.Analyze(request, None)
            found += _violations(self._judged[key], one.urn(stack))
        together = proto.AnalyzeStackRequest(
            resources=[
                proto.AnalyzerResource(
                    type=one.type,
                    # A component's outputs are what it registered, not its inputs.
                    properties=_struct(registered(one) if one.type.startswith("chatzwa:") else one.props),
                    urn=urns[one.name],
                    name=one.name,
                    options=proto.AnalyzerResourceOptions(protect=one.protected),
                    dependencies=[urns[name] for names in one.sources.values() for name in names],
                    propertyDependencies={
                        key: proto.AnalyzerPropertyDependencies(urns=[urns[name] for name in names])
                        for key, names in one.sources.items()
                    },
                )
                for one in given
            ]
        )
        return found + _violations(self._servicer.AnalyzeStack(together, None), "")


def broken(resources: Iterable[Given], name: str, path: Sequence[str | int], value: Any) -> list[Given]:
    """The same stack with one value changed; `DELETED` takes the value away."""
    return [_changed(one, path, value) if one.name == name else one for one in resources]


DELETED = object()


def _changed(one: Given, path: Sequence[str | int], value: Any) -> Given:
    if path == ["protected"]:
        return replace(one, protected=value)
    props = copy.deepcopy(dict(one.props))
    inner: Any = props
    for step in path[:-1]:
        inner = inner.setdefault(step, {}) if isinstance(inner, dict) else inner[step]
    if value is DELETED:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return replace(one, props=props)


def registered(component: Given) -> dict[str, Any]:
    """The outputs of a component."""
    schedules = {"backup": component.props["schedule"]} if component.type == "chatzwa:index:BackupCron" else {}
    return {"schedules": schedules, **{name: value for name, value in component.props.items() if name == "tier"}}


def _struct(props: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(props))
    return struct


def _violations(response: Any, urn: str) -> list[Violation]:
    return [
        Violation(
            rule=one.policyName,
            level=proto.EnforcementLevel.Name(one.enforcementLevel).lower(),
            urn=one.urn or urn,
            message=one.message,
        )
        for one in response.diagnostics
    ]
