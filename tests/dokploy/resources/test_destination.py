"""A destination: Dokploy stores any address, so that it is reached before it is stored."""

from __future__ import annotations

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Provider, RefusedError
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.child_cases import VOLUME_BACKUP
from tests.dokploy.resources.organization_cases import DESTINATION

NOWHERE = "https://s3.invalid"


def test_an_address_that_is_not_reached_is_one_line_and_leaves_nothing(
    provider: Provider, simulator: Simulator
) -> None:
    with pytest.raises(CallError, match=r"^destination\.testConnection: ") as failure:
        DESTINATION.make(provider, endpoint=NOWHERE)
    assert "\n" not in failure.value.line
    assert "s3cret-of-bucket" not in failure.value.line
    assert "AKIA-of-robot" not in failure.value.line
    assert not simulator.state.destinations


def test_an_update_to_an_address_that_is_not_reached_changes_nothing(provider: Provider, simulator: Simulator) -> None:
    kept, properties = DESTINATION.make(provider)
    with pytest.raises(CallError, match="testConnection"):
        provider.update(kept, with_change(properties, {"endpoint": NOWHERE}))
    assert simulator.state.destinations[kept.id]["endpoint"] == "https://s3.example"


def test_without_verification_any_address_is_stored(provider: Provider, simulator: Simulator) -> None:
    kept, _ = DESTINATION.make(provider, endpoint=NOWHERE, verify=False)
    assert simulator.state.destinations[kept.id]["endpoint"] == NOWHERE
    assert "destination.testConnection" not in {call.procedure for call in simulator.calls}


def test_a_volume_backup_that_went_with_its_destination_is_gone(provider: Provider, simulator: Simulator) -> None:
    backup, properties = VOLUME_BACKUP.make(provider)
    destination = provider.import_("Destination", properties["destinationId"], name="parent")
    assert destination is not None
    provider.delete(destination)
    assert provider.refresh(backup) is None
    provider.delete(backup)


@pytest.mark.parametrize("endpoint", ["s3.example", "ftp://s3.example", ""])
def test_an_endpoint_is_an_address(provider: Provider, endpoint: str) -> None:
    with pytest.raises(RefusedError, match="endpoint: "):
        DESTINATION.make(provider, endpoint=endpoint)
