"""An application that somebody went back with: the state says so, and the release that was left stays away."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy import dotenv
from dokploy.release import RELEASE_KEY, rollback_release
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
