"""A published port: Dokploy takes the same one twice and then fails the deployment."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider, RefusedError
from tests.dokploy.resources.child_cases import PORT

BY_HAND = {"publishedPort": 8443, "targetPort": 80, "publishMode": "ingress", "protocol": "tcp"}


def made_by_hand(simulator: Simulator, application: Kept, **change: Any) -> str:
    row = {"portId": "by-hand", "applicationId": application.id, **BY_HAND, **change}
    simulator.state.ports[row["portId"]] = row
    return str(row["portId"])


def test_one_that_is_there_already_is_adopted(provider: Provider, simulator: Simulator, application: Kept) -> None:
    id = made_by_hand(simulator, application)
    provider.restart()
    kept = provider.create("Port", {**PORT.valid, "applicationId": application.id})
    assert kept.id == id
    assert simulator.state.ports[id]["targetPort"] == 3000
    assert "adopting port" in provider.engine.text


@pytest.mark.parametrize("change", [{"publishedPort": 8444}, {"protocol": "udp"}])
def test_another_one_stays_as_it_is(
    provider: Provider, simulator: Simulator, application: Kept, change: dict[str, Any]
) -> None:
    id = made_by_hand(simulator, application, **change)
    provider.restart()
    kept = provider.create("Port", {**PORT.valid, "applicationId": application.id})
    assert kept.id != id
    assert simulator.state.ports[id]["targetPort"] == 80


@pytest.mark.parametrize("port", [0, 65536, -1, 80.5])
@pytest.mark.parametrize("property", ["publishedPort", "targetPort"])
def test_a_number_that_is_no_port_is_refused(provider: Provider, property: str, port: float) -> None:
    with pytest.raises(RefusedError, match=rf"{property}: .*\(given: {port}\)"):
        PORT.make(provider, **{property: port})
