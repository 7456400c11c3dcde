"""A registry: Dokploy logs in before it keeps one, and keeps a change even when the login then fails."""

from __future__ import annotations

import pytest

from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Provider, RefusedError
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.organization_cases import REGISTRY

REFUSED = "the wrong password"
"""The simulator's registries refuse a password with this word."""


def test_a_refused_login_is_one_line_and_leaves_nothing(provider: Provider, simulator: Simulator) -> None:
    with pytest.raises(CallError, match=r"login attempt .* failed with status: 401") as failure:
        REGISTRY.make(provider, password=REFUSED)
    assert "\n" not in failure.value.line
    assert REFUSED not in failure.value.line
    assert not simulator.state.registries


def test_a_login_that_an_update_broke_is_tried_again_by_the_next(provider: Provider, simulator: Simulator) -> None:
    kept, properties = REGISTRY.make(provider)
    with pytest.raises(CallError, match="login attempt"):
        provider.update(kept, with_change(properties, {"password": REFUSED}))
    # Dokploy has stored it all the same: a refresh shows what is there.
    found = provider.refresh(kept)
    assert found is not None
    assert list(provider.diff(found, properties).detailedDiff) == ["password"]
    repaired = provider.refresh(provider.update(kept, properties))
    assert repaired is not None
    assert repaired.inputs == kept.inputs


def test_an_adopted_registry_that_is_refused_is_adopted_again(provider: Provider, simulator: Simulator) -> None:
    first, properties = REGISTRY.make(provider)
    provider.restart()
    with pytest.raises(CallError, match="login attempt"):
        provider.create("Registry", with_change(properties, {"password": REFUSED}))
    assert provider.create("Registry", properties).id == first.id
    assert len(simulator.state.registries) == 1


def test_the_list_is_read_once_for_all_registries(provider: Provider, simulator: Simulator) -> None:
    kept = [provider.create("Registry", REGISTRY.properties(provider), name=name) for name in ("a", "b", "c")]
    provider.restart()
    calls = len(simulator.calls)
    assert all(provider.refresh(each) for each in kept)
    assert [call.procedure for call in simulator.calls[calls:]].count("registry.all") == 1
    assert "registry.one" not in {call.procedure for call in simulator.calls[calls:]}


def test_the_server_that_logs_in_is_kept_though_dokploy_does_not_show_it(provider: Provider) -> None:
    kept, properties = REGISTRY.make(provider, serverId="far-away")
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs["serverId"] == "far-away"
    assert not provider.diff(found, properties).detailedDiff


@pytest.mark.parametrize("url", ["https://registry.example", "registry.example/path", "a b", "registry.example:port"])
def test_an_address_is_a_host_name(provider: Provider, url: str) -> None:
    with pytest.raises(RefusedError, match="url: "):
        REGISTRY.make(provider, url=url)


def test_a_name_may_end_in_a_blank_without_a_difference_for_ever(provider: Provider) -> None:
    kept, _ = REGISTRY.make(provider, name="images ")
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "truncated"])
def test_a_lost_answer_of_an_update_is_no_failure(provider: Provider, simulator: Simulator, kind: str) -> None:
    kept, properties = REGISTRY.make(provider)
    simulator.fail(Fault(procedure="registry.update", kind=kind))  # type: ignore[arg-type]  # one of its kinds
    changed = provider.refresh(provider.update(kept, with_change(properties, {"username": "android"})))
    assert changed is not None
    assert changed.inputs["username"] == "android"
