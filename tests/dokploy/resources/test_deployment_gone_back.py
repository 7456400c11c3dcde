"""An application that somebody went back with: the state says so, and the release that was left stays away."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy import dotenv
from dokploy.plugin.properties import UNKNOWN
from dokploy.release import RELEASE_KEY, rollback_release, settings_digits
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider
from tests.dokploy.resources.deploying import calls_of, deploy

GENERATION = "00000001.00000001"
ANOTHER = "00000002.00000002"


@pytest.fixture
def gone_back(provider: Provider, application: Kept, simulator: Simulator) -> Kept:
    """Version web:1 was left for web:0."""
    kept = deploy(provider, application, triggers={"generation": GENERATION, "revision": "1"})
    row = simulator.state.applications[application.id]
    row["env"] = dotenv.dump({RELEASE_KEY: rollback_release("web:1")})
    row["dockerImage"] = "web:0"
    provider.restart()
    found = provider.refresh(kept)
    assert found is not None
    return found


def inputs(kept: Kept, **change: str) -> dict[str, Any]:
    triggers = {"generation": GENERATION, "revision": "1", **change}
    return {"applicationId": kept.id, "stableSeconds": 0, "triggers": triggers}


def test_a_refresh_shows_that_somebody_went_back(gone_back: Kept) -> None:
    assert (gone_back.state["status"], gone_back.state["imageOrCommit"]) == ("rolled back", "web:0")
    assert gone_back.state["release"].startswith("back-")


def test_nothing_is_deployed_while_the_program_stays_as_it_is(
    provider: Provider, gone_back: Kept, simulator: Simulator
) -> None:
    same = {**inputs(gone_back), "timeoutSeconds": 60}
    assert provider.update(gone_back, same).state["status"] == "rolled back"
    assert calls_of(simulator, "application.deploy") == 1


def test_what_was_left_does_not_come_back_with_another_change(
    provider: Provider, gone_back: Kept, simulator: Simulator
) -> None:
    # The program still names it, and the application's update has put it back into the row.
    simulator.state.applications[gone_back.id]["dockerImage"] = "web:1"
    with pytest.raises(CallError, match="web:1 was rolled back and is not deployed again") as refused:
        provider.update(gone_back, inputs(gone_back, generation=ANOTHER))
    assert "\n" not in refused.value.line
    assert calls_of(simulator, "application.deploy") == 1


def test_what_was_left_comes_back_by_a_changed_revision(
    provider: Provider, gone_back: Kept, simulator: Simulator
) -> None:
    simulator.state.applications[gone_back.id]["dockerImage"] = "web:1"
    done = provider.update(gone_back, inputs(gone_back, generation=ANOTHER, revision="2"))
    assert (done.state["status"], done.state["imageOrCommit"]) == ("done", "web:1")


def test_another_source_is_deployed_as_ever(provider: Provider, gone_back: Kept, simulator: Simulator) -> None:
    simulator.state.applications[gone_back.id]["dockerImage"] = "web:2"
    done = provider.update(gone_back, inputs(gone_back, generation=ANOTHER))
    assert (done.state["status"], done.state["imageOrCommit"]) == ("done", "web:2")


@pytest.fixture
def returned(provider: Provider, application: Kept, simulator: Simulator) -> Kept:
    """Version web:1 was left for web:0, which runs."""
    kept = deploy(provider, application, triggers={"generation": GENERATION, "revision": "1"})
    row = simulator.state.applications[application.id]
    row["dockerImage"] = "web:0"
    row["env"] = dotenv.dump({RELEASE_KEY: rollback_release("web:1", settings=settings_digits(row))})
    simulator.world.queue.add(application.id, "deploy", "Rollback", "", simulator.world.now())
    simulator.skip(5)
    provider.restart()
    found = provider.refresh(kept)
    assert found is not None
    return found


def test_a_program_that_comes_round_to_what_was_returned_to_deploys_nothing(
    provider: Provider, returned: Kept, simulator: Simulator
) -> None:
    """As after an update that was refused: the application's row went to what was left, and came back."""
    settled = provider.update(returned, inputs(returned, generation=ANOTHER))
    assert (settled.state["status"], settled.state["release"]) == ("rolled back", returned.state["release"])
    assert "runs with this source and these settings already" in provider.engine.text
    assert calls_of(simulator, "application.deploy") == 1
    assert provider.update(settled, inputs(settled, generation=ANOTHER)).state["status"] == "rolled back"
    assert calls_of(simulator, "application.deploy") == 1


def _forget_the_settings(simulator: Simulator, row: dict[str, Any]) -> None:
    """An id as an older version wrote it."""
    release = dotenv.parse(row["env"])[RELEASE_KEY]
    row["env"] = dotenv.dump({RELEASE_KEY: release.rpartition("-")[0]})


@pytest.mark.parametrize(
    "change",
    [
        lambda simulator, row: row.update(memoryLimit=str(3 * 1024**3)),
        lambda simulator, row: row.update(env=f"{row['env']}\nLOG_LEVEL=debug"),
        lambda simulator, row: row.update(dockerImage="web:2"),
        lambda simulator, row: simulator.world.swarm.scale(row["appName"], 0, simulator.world.now()),
        _forget_the_settings,
    ],
    ids=["settings", "variables", "source", "stopped", "no settings known"],
)
def test_what_differs_from_what_runs_is_deployed(
    provider: Provider, returned: Kept, simulator: Simulator, change: Any
) -> None:
    change(simulator, simulator.state.applications[returned.id])
    simulator.skip(1)
    assert provider.update(returned, inputs(returned, generation=ANOTHER)).state["status"] == "done"
    assert calls_of(simulator, "application.deploy") == 2


def test_a_preview_says_what_becomes_of_a_rollback(provider: Provider, gone_back: Kept) -> None:
    provider.preview_update(gone_back, inputs(gone_back))
    assert "went back" not in provider.engine.text
    provider.preview_update(gone_back, inputs(gone_back, generation=UNKNOWN))
    assert "somebody went back to web:0, and what was left for it is not deployed again by this" in provider.engine.text
    provider.preview_update(gone_back, inputs(gone_back, generation=UNKNOWN, revision="2"))
    assert "this deploys whatever the application is then" in provider.engine.text
