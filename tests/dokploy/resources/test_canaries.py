"""A secret in any field of any resource is marked in the state and shown in no line, whatever fails."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from dokploy.plugin.traits import secret_paths
from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Provider
from tests.dokploy.resources.canaries import CANARY, MODELS, exposed, with_canaries
from tests.dokploy.resources.case import Case
from tests.dokploy.resources.every_case import CASES

SECRET = [case for case in CASES if secret_paths(MODELS[case.kind], case.valid)]


def shown(provider: Provider, *lines: Iterable[str]) -> str:
    return "\n".join((provider.engine.text, *(line for group in lines for line in group)))


def test_every_secret_of_the_schema_has_a_canary() -> None:
    planted = {(case.kind, path[0]) for case in SECRET for path in secret_paths(MODELS[case.kind], case.valid)}
    assert len(planted) >= 20
    assert {kind for kind, _ in planted} >= {"Registry", "Destination", "SshKey", "BasicAuth", "Redis", "Notification"}


@pytest.mark.parametrize("case", SECRET, ids=str)
def test_the_state_marks_every_secret(provider: Provider, case: Case) -> None:
    properties = with_canaries(case, case.properties(provider))
    kept = provider.create(case.kind, properties)
    found = provider.refresh(kept)
    assert found is not None
    imported = provider.import_(case.kind, kept.id)
    assert imported is not None
    for each in (kept, found, imported):
        assert each.secrets >= secret_paths(MODELS[case.kind], each.state)
        assert not exposed(each)


@pytest.mark.parametrize("kind", ["echo", "status500", "html", "drop_before", "truncated"])
@pytest.mark.parametrize("case", SECRET, ids=str)
def test_no_line_shows_one(provider: Provider, simulator: Simulator, case: Case, kind: Any) -> None:
    properties = with_canaries(case, case.properties(provider))
    lines = []

    def failing(procedure: str, call: Any) -> None:
        simulator.fail(Fault(procedure=procedure, kind=kind, times=50))
        try:
            kept = call()
        except CallError as error:
            lines.append(error.line)
        else:
            lines.extend(getattr(kept, "errors", []))
        simulator.heal()
        provider.restart()

    failing(case.create, lambda: provider.create(case.kind, properties, name="another"))
    kept = provider.create(case.kind, properties)
    router = case.create.partition(".")[0]
    updates = {f"{router}.update", "notification.update" + case.label.capitalize(), case.create}
    after = {**properties, **({"name": "renamed"} if "name" in properties else {})}
    for procedure in sorted(updates):
        failing(procedure, lambda: provider.update(kept, after))
    failing("*", lambda: provider.refresh(kept))
    failing("*", lambda: provider.delete(kept))
    assert lines
    assert all("\n" not in line for line in lines)
    assert CANARY not in shown(provider, lines)
