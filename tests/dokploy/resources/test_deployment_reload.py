"""A change of what runs is brought by a reload, a change of what is built by a deployment."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.simulator import Outcome, Simulator
from tests.dokploy.plugin.harness import Kept, Provider
from tests.dokploy.resources.cases import CHECK, GIT
from tests.dokploy.resources.deploying import calls_of, deploy

SOURCES: dict[str, dict[str, Any]] = {"image": {"image": {"reference": "web:1"}}, "git": {"image": None, "git": GIT}}
RUN = {
    "memory": {"memoryLimit": "512Mi"},
    "replicas": {"replicas": 2},
    "health check": {"healthCheck": {**CHECK, "retries": 7}},
    "arguments": {"args": ["--port", "3001"]},
}
CHANGES = [
    *(("image", change, "application.reload") for change in [*RUN.values(), {"env": {"A": "2"}}]),
    *(("git", change, "application.reload") for change in RUN.values()),
    ("git", {"env": {"A": "2"}}, "application.deploy"),
    ("git", {"buildArgs": {"A": "2"}}, "application.deploy"),
    ("git", {"git": {**GIT, "branch": "next"}}, "application.deploy"),
    ("git", {"env": {"A": "2"}, **RUN["memory"]}, "application.deploy"),
    ("image", {"image": {"reference": "web:2"}}, "application.deploy"),
    ("image", {"image": {"reference": "web:2"}, **RUN["memory"]}, "application.deploy"),
]


class Pair:
    """An application and its deployment, changed together as a program does."""

    def __init__(self, provider: Provider, environment_id: str, source: str) -> None:
        self._provider = provider
        self.properties = {"environmentId": environment_id, "name": "web", "env": {"A": "1"}, **SOURCES[source]}
        self.properties = {key: value for key, value in self.properties.items() if value is not None}
        self.application = provider.create("Application", self.properties)
        self.deployment = deploy(provider, self.application, triggers=self._triggers)

    @property
    def _triggers(self) -> dict[str, str]:
        return {"generation": self.application.state["generation"], "revision": "1"}

    def change(self, change: dict[str, Any]) -> None:
        """Change the application alone, as when the run ends before its deployment."""
        self._provider.restart()
        self.properties |= change
        self.application = self._provider.update(self.application, self.properties)

    def follow(self, **more: Any) -> Kept:
        inputs = {"applicationId": self.application.id, "stableSeconds": 0, "triggers": self._triggers, **more}
        self.deployment = self._provider.update(self.deployment, inputs)
        return self.deployment


@pytest.mark.parametrize(("source", "change", "expected"), CHANGES)
def test_what_changed_decides_between_a_reload_and_a_build(
    provider: Provider, project: Kept, simulator: Simulator, source: str, change: dict[str, Any], expected: str
) -> None:
    pair = Pair(provider, project.state["defaultEnvironmentId"], source)
    before, calls = pair.deployment, len(simulator.calls)
    pair.change(change)
    after = pair.follow()
    made = {call.procedure for call in simulator.calls[calls:]} & {"application.reload", "application.deploy"}
    assert made == {expected}
    assert not after.errors
    assert after.state["release"] != before.state["release"]
    if expected == "application.reload":
        # What runs was built by the deployment before.
        assert after.state["deploymentId"] == before.state["deploymentId"]
        assert after.state["imageOrCommit"] == before.state["imageOrCommit"]


def test_a_reload_is_not_enough_when_a_build_was_skipped(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    pair = Pair(provider, project.state["defaultEnvironmentId"], "image")
    pair.change({"image": {"reference": "web:2"}})
    pair.change(RUN["memory"])
    assert pair.follow().state["imageOrCommit"] == "web:2"
    assert calls_of(simulator, "application.reload") == 0


@pytest.mark.parametrize("outcome", ["crash", "unhealthy"])
def test_a_reload_is_not_enough_after_a_failure(
    provider: Provider, project: Kept, simulator: Simulator, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dokploy.serving.UNWANTED_FOR_S", 0.3)
    pair = Pair(provider, project.state["defaultEnvironmentId"], "image")
    simulator.behave(outcome)
    pair.change({**RUN["memory"], "healthCheck": CHECK})
    assert pair.follow().state["status"] == "failed"
    assert calls_of(simulator, "application.reload") == 1
    simulator.behave("healthy")
    pair.change({"memoryLimit": "1Gi"})
    assert pair.follow().state["status"] == "done"
    assert calls_of(simulator, "application.deploy") == 2


def test_a_changed_revision_builds_also_beside_a_change_of_what_runs(
    provider: Provider, project: Kept, simulator: Simulator
) -> None:
    pair = Pair(provider, project.state["defaultEnvironmentId"], "image")
    pair.change(RUN["memory"])
    pair.follow(triggers={"generation": pair.application.state["generation"], "revision": "2"})
    assert calls_of(simulator, "application.reload") == 0
