"""Writes a stack of the fixtures down as the state of a deployed one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.policies.court import UNKNOWN, Given, registered


def state_of(resources: Iterable[Given], stack: str) -> dict[str, Any]:
    """What `pulumi stack export` would give."""
    given = list(resources)
    urns = {one.name: one.urn(stack) for one in given}
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": "2026-06-01T00:00:00Z", "magic": "", "version": ""},
            "resources": [_resource(one, urns, stack) for one in given],
        },
    }


def _resource(one: Given, urns: dict[str, str], stack: str) -> dict[str, Any]:
    custom = not one.type.startswith(("chatzwa:", "pulumi:"))
    props = _known(dict(one.props))
    return {
        "urn": one.urn(stack),
        "custom": custom,
        "type": one.type,
        "inputs": props,
        "outputs": props if custom else registered(one),
        "protect": one.protected,
        "dependencies": [urns[name] for names in one.sources.values() for name in names],
        "propertyDependencies": {key: [urns[name] for name in names] for key, names in one.sources.items()},
        **({"id": f"id-of-{one.name}"} if custom else {}),
    }


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _known(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_known(inner) for inner in value]
    return "known-by-now" if value == UNKNOWN else value
