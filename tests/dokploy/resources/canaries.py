"""A value that may be shown nowhere, put into every secret of an example."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dokploy.plugin.traits import secret_paths
from dokploy.resources import RESOURCES
from tests.dokploy.plugin.harness import Kept
from tests.dokploy.resources.case import Case

MODELS = {resource.name: resource.Inputs for resource in RESOURCES}
CANARY = "quiet-canary-sings"
VARIABLES = {"env": {"JWT_SECRET": CANARY}, "headers": {"Authorization": f"Bearer {CANARY}"}}
FORMS = {"privateKey": f"-----BEGIN PRIVATE KEY-----\n{CANARY}\n-----END PRIVATE KEY-----\n"}
URLS = ("webhookUrl", "endpoint")


def with_canaries(case: Case, properties: dict[str, Any]) -> dict[str, Any]:
    """The example with the canary in each of its secrets; a value stands in for what it may not be."""
    found = {**properties}
    for path in secret_paths(MODELS[case.kind], properties):
        at: Any = found
        for key in path[:-1]:
            at[key] = {**at[key]}
            at = at[key]
        name = str(path[-1])
        if len(path) > 1 and path[-2] in VARIABLES:
            at.update(VARIABLES[str(path[-2])])
        else:
            at[name] = FORMS.get(name, f"https://hook.example/{CANARY}" if name in URLS else CANARY)
    return found


def exposed(kept: Kept) -> list[tuple[Any, ...]]:
    """The paths at which the state holds the canary without marking it as a secret."""
    found = [path for path, text in _leaves(kept.state, ()) if CANARY in text]
    return [path for path in found if not any(path[: len(secret)] == secret for secret in kept.secrets)]


def _leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, (*path, key))
    elif isinstance(value, str):
        yield path, value
