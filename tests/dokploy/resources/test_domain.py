"""A domain, and what Dokploy's create does not take."""

from __future__ import annotations

import pytest
import yaml

from dokploy.simulator import Fault, Simulator, traefik
from tests.dokploy.plugin.harness import Kept, Provider
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


@pytest.mark.parametrize("path", ["/", "/chat"])
def test_another_path_of_the_same_host_does_not_stand_in_for_one_that_is_lost(
    provider: Provider, simulator: Simulator, application: Kept, path: str
) -> None:
    own = {"applicationId": application.id, "host": "chat.example"}
    provider.create("Domain", {**own, "path": "/chat" if path == "/" else "/"}, name="other")
    file = traefik.path(simulator.state.applications[application.id])
    before = simulator.state.traefik[file]

    def lose() -> None:
        simulator.state.traefik[file] = before

    simulator.fail(Fault(procedure="domain.create", kind="delay", seconds=0.0, meanwhile=lose))
    provider.create("Domain", {**own, "path": path})
    rules = {router["rule"] for router in yaml.safe_load(simulator.state.traefik[file])["http"]["routers"].values()}
    assert rules == {"Host(`chat.example`)", "Host(`chat.example`) && PathPrefix(`/chat`)"}
