"""What Dokploy takes without a word and what then goes wrong: none of it leaves the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from dokploy.client import LARGEST_BODY, DokployClient
from dokploy.errors import Invalid
from dokploy.simulator import Simulator
from tests.dokploy.exactly_once.table import DEPLOYMENT, TABLE
from tests.dokploy.plugin.harness import CallError, Kept, Provider
from tests.dokploy.resources.application_cases import BUILT
from tests.dokploy.resources.case import Case, with_change
from tests.dokploy.resources.cases import APPLICATION, FILE, MOUNT
from tests.dokploy.resources.every_case import CASES

NUMBERS = {"replicas", "port", "publishedPort", "targetPort", "keepLatestCount", "smtpPort", "priority"}
BOOLEANS = {
    *("enabled", "https", "stripPath", "autoDeploy", "createEnvFile", "permanent", "turnOff", "decoration"),
    *("appDeploy", "appBuildError", "databaseBackup", "volumeBackup", "dokployBackup", "dokployRestart"),
    *("dockerCleanup", "serverThreshold", "enableSubmodules", "isStaticSpa", "rollbackActive"),
    *("detachDokployNetwork", "isPreviewDeploymentsActive"),
}
CLEARED_BY_NULL = {"keepLatestCount"}
LIMITS = {"memoryLimit", "memoryReservation", "cpuLimit", "cpuReservation"}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Mapping[str, Any]]]:
    """The mutations that go out, with their bodies."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    mutate = DokployClient.mutate

    def listening(self: DokployClient, procedure: str, body: Mapping[str, Any], *, repeatable: bool = False) -> Any:
        found.append((procedure, body))
        return mutate(self, procedure, body, repeatable=repeatable)

    monkeypatch.setattr(DokployClient, "mutate", listening)
    return found


@pytest.mark.parametrize("case", [*CASES, DEPLOYMENT], ids=str)
def test_nothing_goes_out_that_dokploy_would_read_otherwise(
    provider: Provider, case: Case, sent: list[tuple[str, Mapping[str, Any]]]
) -> None:
    """It takes "false" for true, null for 0 or false, and reads limits as far as they are digits."""
    kept, properties = case.make(provider)
    for change, _ in case.changes:
        provider.update(kept, with_change(properties, change))
    assert sent
    for procedure, body in sent:
        for name, value in body.items():
            if name in NUMBERS - CLEARED_BY_NULL:
                assert type(value) is int, (procedure, name)
            if name in BOOLEANS:
                assert type(value) is bool, (procedure, name)
            if name in LIMITS and value is not None:
                assert value.isdecimal(), (procedure, name)
            if name.endswith("Swarm") and isinstance(value, dict):
                spans = [value[key] for key in ("Interval", "Timeout", "Delay", "Monitor", "Window") if key in value]
                assert all(type(span) is int for span in spans), (procedure, name)


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_a_nul_is_refused_wherever_it_stands(bare: Provider, case: Case) -> None:
    ids = {property: "some-id" for property in (case.parent, *case.beside) if property}
    properties = {**ids, **case.valid}
    texts = [name for name, value in properties.items() if isinstance(value, str)]
    assert texts
    for name in texts:
        (reason,) = bare.refusals(case.kind, {**properties, name: f"{properties[name]}\0tail"})
        assert reason == f"{name}: holds a NUL character, which Dokploy's database cannot keep"


def test_a_nul_deep_inside_is_named_by_its_path_and_not_shown(bare: Provider) -> None:
    properties = {"environmentId": "e", "name": "web", "image": {"reference": "web:1", "password": "s3cret\0"}}
    (reason,) = bare.refusals("Application", properties)
    assert reason.startswith("image.password: holds a NUL")
    assert "s3cret" not in reason


def test_a_request_above_dokploys_limit_is_not_sent(provider: Provider, simulator: Simulator) -> None:
    properties = FILE.properties(provider, content="x" * LARGEST_BODY)
    calls = len(simulator.calls)
    with pytest.raises(CallError, match=r"mounts\.create: the request has 1,048,\d\d\d bytes, above .* 1,048,576"):
        provider.create("Mount", properties)
    assert "mounts.create" not in [call.procedure for call in simulator.calls[calls:]]


def test_a_request_of_exactly_the_limit_is_sent(simulator: Simulator) -> None:
    client = DokployClient(simulator.url, simulator.api_key)
    around = len('{"name": ""}')
    made = client.mutate("project.create", {"name": "x" * (LARGEST_BODY - around)})
    assert len(made["project"]["name"]) == LARGEST_BODY - around
    with pytest.raises(Invalid, match="above Dokploy's limit"):
        client.mutate("project.create", {"name": "x" * (LARGEST_BODY - around + 1)})
    client.close()


def test_a_mount_belongs_to_its_application(provider: Provider, simulator: Simulator) -> None:
    kept, properties = MOUNT.make(provider)
    assert simulator.state.mounts[kept.id]["applicationId"] == properties["applicationId"]


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_a_members_key_is_told_what_it_may_not_do(provider: Provider, simulator: Simulator, case: Case) -> None:
    """Or may do it: a member may deploy, and make domains, mounts and schedules."""
    properties = case.properties(provider)
    services = frozenset(filter(None, [properties.get("applicationId")]))
    key = simulator.add_key(role="member", services=services)
    with Provider() as member:
        member.configure(url=simulator.url, apiKey=key)
        for line in _lines(member, case, properties):
            assert "\n" not in line
            assert "unauthorized" in line.lower()
            assert key not in line


def _lines(provider: Provider, case: Case, properties: dict[str, Any]) -> list[str]:
    try:
        return provider.create(case.kind, properties).errors
    except CallError as error:
        return [error.line]


# Volumes outlive what uses them


def volumes_of(provider: Provider, simulator: Simulator, **change: Any) -> tuple[Kept, set[str]]:
    """A running application with one volume."""
    properties = APPLICATION.properties(provider, healthCheck=None, **change)
    kept = provider.create("Application", properties)
    provider.create("Mount", {**MOUNT.valid, "applicationId": kept.id}, name="data")
    provider.create("Deployment", {"applicationId": kept.id, "stableSeconds": 0}, name="release")
    assert simulator.world.swarm.volumes == {"chat-data"}
    return kept, simulator.world.swarm.volumes


def test_a_mount_says_that_its_volume_is_left(provider: Provider, simulator: Simulator) -> None:
    kept, _ = MOUNT.make(provider)
    provider.delete(kept)
    assert "the volume chat-data itself is left on the server with its data" in provider.engine.text


def test_an_applications_volumes_stay_unless_it_says_otherwise(provider: Provider, simulator: Simulator) -> None:
    kept, volumes = volumes_of(provider, simulator)
    provider.delete(kept)
    assert volumes == {"chat-data"}


def test_an_applications_volumes_are_removed_where_that_is_asked_for(provider: Provider, simulator: Simulator) -> None:
    kept, volumes = volumes_of(provider, simulator, removeVolumes=True)
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs
    for mount in list(simulator.state.mounts):
        # Children go before their parent, so that it does not know them any more.
        del simulator.state.mounts[mount]
    provider.delete(kept)
    assert volumes == set()
    assert not APPLICATION.rows(simulator)


def test_asking_for_it_deploys_nothing(provider: Provider) -> None:
    kept, properties = BUILT.make(provider)
    changed = provider.update(kept, {**properties, "removeVolumes": True})
    assert changed.state["generation"] == kept.state["generation"]
