"""What an application that is built from a repository has: builders, sources, places, networks, previews, rollback."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.plugin.properties import UNKNOWN
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider
from tests.dokploy.resources.application_cases import (
    BITBUCKET,
    BUILT,
    GITEA,
    GITHUB,
    GITLAB,
    NOFILE,
    PREVIEWS,
    REPOSITORY,
)
from tests.dokploy.resources.case import with_change

IMAGE = {**REPOSITORY, "build": None, "image": {"reference": "web:1"}}


def row_of(simulator: Simulator, kept: Kept) -> dict[str, Any]:
    return simulator.state.applications[kept.id]


@pytest.mark.parametrize(
    ("type", "column", "default"),
    [("railpack", "railpackVersion", "0.15.4"), ("heroku_buildpacks", "herokuVersion", "24")],
)
def test_a_builders_version_that_is_not_said_stays_as_it_is(
    provider: Provider, simulator: Simulator, type: str, column: str, default: str
) -> None:
    # Without one Dokploy would ask for an image of the version "null".
    kept, properties = BUILT.make(provider, build={"type": type})
    assert row_of(simulator, kept)[column] == default
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs
    imported = provider.import_("Application", kept.id)
    assert imported is not None
    assert imported.inputs["build"]["version"] == default
    changed = provider.update(kept, with_change(properties, {"build": {"type": "nixpacks"}}))
    assert row_of(simulator, changed)[column] == default


def test_previews_that_nobody_asks_for_are_left_as_they_are(provider: Provider, simulator: Simulator) -> None:
    kept, _ = BUILT.make(provider, previews=None)
    row = row_of(simulator, kept)
    assert (row["previewPort"], row["previewPath"], row["previewLimit"]) == (3000, "/", 3)
    row["previewPort"], row["previewEnv"] = 8080, "A=1"
    provider.restart()
    found = provider.refresh(kept)
    assert found is not None
    assert found.inputs == kept.inputs


def test_previews_are_switched_off_without_losing_their_settings(provider: Provider, simulator: Simulator) -> None:
    kept, properties = BUILT.make(provider)
    provider.update(kept, with_change(properties, {"previews": None}))
    row = row_of(simulator, kept)
    assert row["isPreviewDeploymentsActive"] is False
    assert row["previewWildcard"] == "*.preview.example"


def test_the_variables_of_previews_are_their_own_and_secret(provider: Provider, simulator: Simulator) -> None:
    kept, _ = BUILT.make(provider, env={"SESSION_SECRET": "of-production"})
    row = row_of(simulator, kept)
    assert "of-production" not in row["previewEnv"]
    assert "s3cret-of-previews" not in row["env"]
    assert {("previews", "env", "A"), ("previews", "env", "JWT_SECRET")} <= kept.secrets


@pytest.mark.parametrize(
    "change",
    [{"watchPaths": ["other"]}, {"watchPaths": None}, {"previews": None}, {"previews": {**PREVIEWS, "limit": 5}}],
)
def test_what_concerns_later_pushes_asks_for_no_deployment(provider: Provider, change: dict[str, Any]) -> None:
    kept, properties = BUILT.make(provider)
    after = with_change(properties, change)
    generation = kept.state["generation"]
    assert provider.preview_update(kept, after)["generation"] == generation
    assert provider.update(kept, after).state["generation"] == generation


@pytest.mark.parametrize(
    "change",
    [
        {"build": {"type": "static"}},
        {"placement": None},
        {"labels": None},
        {"ulimits": None},
        {"networkIds": None},
        {"registryId": None},
    ],
)
def test_what_concerns_the_containers_asks_for_one(provider: Provider, change: dict[str, Any]) -> None:
    kept, properties = BUILT.make(provider)
    after = with_change(properties, change)
    assert provider.preview_update(kept, after)["generation"] == UNKNOWN
    assert provider.update(kept, after).state["generation"] != kept.state["generation"]


def test_images_are_kept_for_a_rollback_in_a_registry(provider: Provider, simulator: Simulator) -> None:
    kept, properties = BUILT.make(provider)
    assert not row_of(simulator, kept)["rollbackActive"]
    with_rollback = with_change(properties, {"rollback": {"registryId": properties["registryId"]}})
    changed = provider.update(kept, with_rollback)
    row = row_of(simulator, kept)
    assert (row["rollbackActive"], row["rollbackRegistryId"]) == (True, properties["registryId"])
    found = provider.refresh(changed)
    assert found is not None
    assert found.inputs == changed.inputs
    for column, value in (("rollbackActive", False), ("rollbackRegistryId", None)):
        before, row[column] = row[column], value
        provider.restart()
        drifted = provider.refresh(changed)
        assert drifted is not None
        assert set(provider.diff(drifted, with_rollback).diffs) == {"rollback"}
        row[column] = before
    provider.restart()
    provider.update(changed, properties)
    assert (row["rollbackActive"], row["rollbackRegistryId"]) == (False, None)


def test_a_registry_that_is_not_there_keeps_the_application_with_one_line(
    provider: Provider, simulator: Simulator
) -> None:
    kept, properties = BUILT.make(provider, registryId="nowhere")
    (reason,) = kept.errors
    assert "\n" not in reason
    assert list(BUILT.rows(simulator)) == [kept.id]
    assert not provider.update(kept, with_change(properties, {"registryId": None})).errors


def test_swarm_gets_what_docker_understands(provider: Provider, simulator: Simulator) -> None:
    kept, _ = BUILT.make(provider)
    row = row_of(simulator, kept)
    assert row["placementSwarm"] == {
        "Constraints": ["node.role==worker"],
        "Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.zone"}}],
        "MaxReplicas": 2,
    }
    assert row["ulimitsSwarm"] == [{"Name": "nofile", "Soft": 1024, "Hard": 65536}]
    assert row["labelsSwarm"] == {"team": "chat"}


def test_a_row_that_was_never_touched_needs_only_what_is_asked_for(provider: Provider, simulator: Simulator) -> None:
    kept, properties = BUILT.make(provider, **IMAGE)
    before = len(simulator.calls)
    for column in ("placementSwarm", "labelsSwarm", "ulimitsSwarm", "networkIds", "isStaticSpa", "rollbackActive"):
        row_of(simulator, kept)[column] = row_of(simulator, kept)[column] or None
    provider.restart()
    provider.update(kept, properties)
    assert "POST" not in {call.method for call in simulator.calls[before:]}


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({**IMAGE, "watchPaths": ["src/**"]}, "watchPaths: an image has no paths"),
    ({"github": None, "gitlab": GITLAB}, "previews: Dokploy makes them of pull requests on GitHub only"),
    ({"networkIds": None, "detachDokployNetwork": True}, "detachDokployNetwork: without networkIds"),
    ({"gitea": GITEA}, "exactly one source of"),
    ({"build": {"type": "railpack", "dockerfile": "x"}}, "dockerfile: only for a build of type dockerfile"),
    ({"build": {"type": "static", "version": "1"}}, "version: only for a build of type railpack or heroku_buildpacks"),
    (
        {"build": {"type": "dockerfile", "isStaticSpa": True}},
        "isStaticSpa: only for a build of type nixpacks or static",
    ),
    (
        {"build": {"type": "nixpacks", "isStaticSpa": True}},
        "isStaticSpa: a build of type nixpacks needs publishDirectory",
    ),
    ({"placement": {}}, "placement: constraints, spread or maxReplicas is needed"),
    ({"placement": {"constraints": ["worker"]}}, "placement.constraints: has to compare by == or != (given: 'worker')"),
    ({"placement": {"maxReplicas": 0}}, "placement.maxReplicas: "),
    ({"ulimits": [{**NOFILE, "soft": 70000}]}, "ulimit nofile: soft 70000 is above hard 65536"),
    ({"ulimits": [{**NOFILE, "soft": -1}]}, "ulimit nofile: soft -1 is above hard 65536"),
    ({"ulimits": [{**NOFILE, "name": "RLIMIT NOFILE"}]}, "ulimits[0].name: "),
    ({"rollback": {}}, "rollback.registryId: is required"),
    ({"previews": {**PREVIEWS, "certificateType": "none"}}, "https needs certificateType letsencrypt or custom"),
    ({"previews": {**PREVIEWS, "certificateType": "custom"}}, "customCertResolver belongs to certificateType custom"),
    ({"previews": {**PREVIEWS, "limit": 0}}, "previews.limit: "),
    ({"previews": {**PREVIEWS, "env": {"A": "${{project.A}}"}}}, "previews.env: A"),
    ({"github": None, "previews": None, "gitlab": {**GITLAB, "projectId": "web"}}, "gitlab.projectId: "),
    ({"github": None, "previews": None, "bitbucket": {**BITBUCKET, "branch": "a b"}}, "bitbucket.branch: "),
    ({"github": {**GITHUB, "triggerType": "merge"}}, "github.triggerType: "),
]


@pytest.mark.parametrize(("change", "why"), MISTAKES, ids=[why for _, why in MISTAKES])
def test_a_mistake_is_one_line(provider: Provider, change: dict[str, Any], why: str) -> None:
    valid = {**BUILT.valid, "environmentId": "any"}
    (reason,) = provider.refusals("Application", with_change(valid, change))
    assert why in reason
    assert "\n" not in reason


@pytest.mark.parametrize(
    "unknown",
    [
        {"ulimits": [{**NOFILE, "soft": UNKNOWN}]},
        {"ulimits": UNKNOWN},
        {"placement": {"constraints": [UNKNOWN]}},
        {"placement": UNKNOWN},
        {"networkIds": [UNKNOWN]},
        {"registryId": UNKNOWN},
        {"rollback": {"registryId": UNKNOWN}},
        {"previews": {**PREVIEWS, "env": {"A": UNKNOWN}}},
        {"previews": {**PREVIEWS, "port": UNKNOWN}},
        {"build": {"type": "railpack", "version": UNKNOWN}},
    ],
    ids=str,
)
def test_a_preview_takes_what_is_not_known_yet(provider: Provider, unknown: dict[str, Any]) -> None:
    kept, properties = BUILT.make(provider)
    after = with_change(properties, unknown)
    shown = provider.preview_update(kept, after)
    assert UNKNOWN in repr(shown)
    assert set(provider.diff(kept, after).diffs) == set(unknown)


@pytest.mark.parametrize("source", ["gitlab", "gitea", "bitbucket"])
def test_a_repository_of_every_provider_is_deployed(provider: Provider, simulator: Simulator, source: str) -> None:
    block = {"gitlab": GITLAB, "gitea": GITEA, "bitbucket": BITBUCKET}[source]
    kept, _ = BUILT.make(provider, github=None, previews=None, **{source: block})
    deployed = provider.create("Deployment", {"applicationId": kept.id, "stableSeconds": 0})
    assert not deployed.errors
    assert deployed.state["status"] == "done"


@pytest.mark.parametrize(
    "raw", [{}, {"Interval": 0, "Timeout": 0, "StartPeriod": 0, "Retries": 0}], ids=["absent", "0"]
)
def test_what_a_health_check_leaves_to_docker_is_shown_as_dockers_own(
    provider: Provider, simulator: Simulator, raw: dict[str, int]
) -> None:
    kept, properties = BUILT.make(provider)
    row_of(simulator, kept)["healthCheckSwarm"] = {"Test": ["CMD", "true"], **raw}
    provider.restart()
    imported = provider.import_("Application", kept.id)
    assert imported is not None
    spans = {"intervalSeconds": 30, "timeoutSeconds": 30, "startPeriodSeconds": 0, "retries": 3}
    assert imported.inputs["healthCheck"] == {"test": ["CMD", "true"], **spans}
    again = {**properties, "healthCheck": imported.inputs["healthCheck"]}
    assert not [name for name in provider.diff(imported, again).detailedDiff if name.startswith("healthCheck")]
