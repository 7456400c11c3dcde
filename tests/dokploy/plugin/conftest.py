"""A Dokploy in memory, and a provider that is connected to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from dokploy.patience import Patience
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits between tries and looks are not what is tested here."""
    monkeypatch.setattr("dokploy.server.LOOKS_S", (0.01, 0.02))
    monkeypatch.setattr("dokploy.traefik.SETTLES_S", 0.001)
    monkeypatch.setattr("dokploy.patience.Patience", partial(Patience, away_s=0.05, busy_s=0.1, first_wait_s=0.001))


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def provider(simulator: Simulator) -> Iterator[Provider]:
    with Provider(simulator) as running:
        yield running


@pytest.fixture
def bare() -> Iterator[Provider]:
    """A provider without a server: enough for what is decided before anything is asked."""
    with Provider() as running:
        yield running


@pytest.fixture
def project(provider: Provider) -> Kept:
    return provider.project()


@pytest.fixture
def application(provider: Provider, project: Kept) -> Kept:
    return provider.application(project.state["defaultEnvironmentId"])
