"""A new source takes the place of the old one, which leaves nothing behind."""

from __future__ import annotations

from typing import Any

import pytest

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Provider
from tests.dokploy.resources.application_cases import BITBUCKET, GITEA, GITLAB
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.cases import APPLICATION, BUILD, GIT, GITHUB

IMAGE = {"reference": "web:1", "registryUrl": "registry.example", "username": "robot", "password": "s3cret-of-robot"}
SOURCES: dict[str, dict[str, Any]] = {
    "docker": {"image": IMAGE},
    "git": {"image": None, "git": {**GIT, "buildPath": "/web", "enableSubmodules": True}, "build": BUILD},
    "github": {"image": None, "github": {**GITHUB, "buildPath": "/web", "triggerType": "tag"}},
    "gitlab": {"image": None, "gitlab": {**GITLAB, "buildPath": "/web"}},
    "gitea": {"image": None, "gitea": {**GITEA, "buildPath": "/web"}},
    "bitbucket": {"image": None, "bitbucket": {**BITBUCKET, "buildPath": "/web"}},
}
# What a source leaves in the row once it is replaced by another.
CLEARED: dict[str, dict[str, Any]] = {
    "docker": {"dockerImage": None, "registryUrl": None, "username": None, "password": None},
    "git": {"customGitUrl": None, "customGitBranch": None, "customGitBuildPath": None, "customGitSSHKeyId": None},
    "github": {
        "githubId": None,
        "owner": None,
        "repository": None,
        "branch": None,
        "buildPath": "/",
        "triggerType": "push",
    },
    "gitlab": {
        **dict.fromkeys(("gitlabId", "gitlabProjectId", "gitlabOwner", "gitlabRepository", "gitlabPathNamespace")),
        "gitlabBranch": None,
        "gitlabBuildPath": "/",
    },
    "gitea": {
        **dict.fromkeys(("giteaId", "giteaOwner", "giteaRepository", "giteaBranch")),
        "giteaBuildPath": "/",
    },
    "bitbucket": {
        **dict.fromkeys(("bitbucketId", "bitbucketOwner", "bitbucketRepository", "bitbucketRepositorySlug")),
        "bitbucketBranch": None,
        "bitbucketBuildPath": "/",
    },
}


@pytest.mark.parametrize("old", SOURCES)
@pytest.mark.parametrize("new", SOURCES)
def test_a_new_source_clears_the_old_one(provider: Provider, simulator: Simulator, old: str, new: str) -> None:
    kept, properties = APPLICATION.make(provider, **SOURCES[old])
    after = with_change(properties, dict.fromkeys((*CLEARED, "image", "build")) | SOURCES[new])
    changed = provider.update(kept, after)
    row = simulator.state.applications[kept.id]
    assert row["sourceType"] == new
    assert row["enableSubmodules"] is (new == "git")
    if old != new:
        assert row.items() >= CLEARED[old].items()
    found = provider.refresh(changed)
    assert found is not None
    assert found.inputs == changed.inputs
