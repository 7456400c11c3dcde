"""A domain, and what Dokploy's create does not take."""

from __future__ import annotations

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import Provider
from tests.dokploy.resources.cases import DOMAIN


def test_one_that_is_asked_for_switched_off_is_made_so(provider: Provider, simulator: Simulator) -> None:
    kept, properties = DOMAIN.make(provider, enabled=False)
    assert simulator.state.domains[kept.id]["enabled"] is False
    found = provider.refresh(kept)
    assert found is not None
    assert not provider.diff(found, properties).detailedDiff


def test_one_that_could_not_be_switched_off_is_kept_and_switched_off_by_the_next_run(
    provider: Provider, simulator: Simulator
) -> None:
    properties = DOMAIN.properties(provider, enabled=False)
    simulator.fail(Fault(procedure="domain.update", kind="status500", times=50))
    kept = provider.create("Domain", properties)
    assert kept.errors
    assert "still switched on" in kept.errors[0]
    simulator.heal()
    provider.update(kept, properties)
    assert [row["enabled"] for row in simulator.state.domains.values()] == [False]
