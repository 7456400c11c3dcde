"""The stand-alone example is a program that runs as it lies there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dokploy.simulator import Simulator
from tests.engine.by_hand import ByHand
from tests.engine.outcome import Outcome
from tests.engine.workspace import CHECKOUT, QUIET, Workspace

pytestmark = pytest.mark.engine

PASSWORD = "canary-of-the-staff"
MADE = {"shop", "staging", "web", "uploads", "headers", "domain", "staff", "release", "nightly"}


@dataclass(frozen=True, kw_only=True)
class Life:
    up: Outcome
    preview: Outcome
    destroy: Outcome
    middlewares: list[str]
    backups: list[str]
    simulator: Simulator


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    folder = tmp_path_factory.mktemp("example")
    example = folder / "examples" / "provider"
    shutil.copytree(CHECKOUT / "examples" / "provider", example)
    # Where its own relative paths lead.
    for name in ("dokploy", ".venv"):
        (folder / name).symlink_to(CHECKOUT / name)
    (example / "state").mkdir()
    with Simulator() as simulator:
        yield _live(example, simulator)


def _live(example: Path, simulator: Simulator) -> Life:
    destination = ByHand(simulator)(
        "destination.create",
        name="backups",
        provider="AWS",
        accessKey="access",
        secretAccessKey="hidden-away",
        bucket="shop-backups",
        region="",
        endpoint="https://s3.company.co",
    )
    workspace = Workspace(example, simulator)
    workspace.pulumi("stack", "init", "dev").succeeded()
    for key, value in (("host", "shop.localhost"), ("destination", "backups")):
        workspace.pulumi("config", "set", key, value).succeeded()
    workspace.pulumi("config", "set", "--secret", "password", PASSWORD).succeeded()
    up = workspace.pulumi("up", *QUIET).succeeded()
    domains, backups = simulator.state.domains.values(), simulator.state.volume_backups.values()
    return Life(
        up=up,
        middlewares=[name for domain in domains for name in domain["middlewares"]],
        backups=[str(row["destinationId"]) for row in backups if row["destinationId"] == destination["destinationId"]],
        preview=workspace.pulumi("preview", "--diff", "--expect-no-changes"),
        destroy=workspace.destroy(),
        simulator=simulator,
    )


def test_an_up_makes_each_of_its_objects(life: Life) -> None:
    assert life.up.steps == {name: ["create"] for name in MADE}


def test_the_domain_goes_through_the_middleware(life: Life) -> None:
    assert [name.split("-")[0] for name in life.middlewares] == ["shop"]


def test_the_backup_goes_to_the_destination_that_was_looked_up(life: Life) -> None:
    assert len(life.backups) == 1
    assert "shop-backups" in life.up.text


def test_a_second_preview_is_empty(life: Life) -> None:
    assert life.preview.code == 0, life.preview.text
    assert life.preview.writes == []


def test_the_password_is_not_shown(life: Life) -> None:
    assert PASSWORD not in life.up.text + life.preview.text + life.destroy.text


def test_a_destroy_leaves_what_was_looked_up_and_nothing_else(life: Life) -> None:
    assert life.destroy.code == 0, life.destroy.text
    assert not life.simulator.state.projects
    assert [row["name"] for row in life.simulator.state.destinations.values()] == ["backups"]
