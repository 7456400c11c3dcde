"""The case of an application that is built from a repository, with everything that a ready image has no use for."""

from __future__ import annotations

from typing import Any

from tests.dokploy.resources.case import Case

GITHUB = {"githubId": "gh", "owner": "chat", "repository": "web", "branch": "main"}
GITLAB = {
    "gitlabId": "gl",
    "projectId": 42,
    "owner": "chat",
    "repository": "web",
    "pathNamespace": "chat/web",
    "branch": "main",
}
GITEA = {"giteaId": "gt", "owner": "chat", "repository": "web", "branch": "main"}
BITBUCKET = {"bitbucketId": "bb", "owner": "chat", "repository": "Web", "repositorySlug": "web", "branch": "main"}
PREVIEWS: dict[str, Any] = {
    "env": {"A": "1", "JWT_SECRET": "s3cret-of-previews"},
    "wildcard": "*.preview.example",
    "port": 3000,
    "https": True,
    "certificateType": "letsencrypt",
    "limit": 2,
    "labels": ["preview"],
}
PLACEMENT = {"constraints": ["node.role==worker"], "spread": ["node.labels.zone"], "maxReplicas": 2}
RAILPACK = {"type": "railpack", "version": "0.15.4"}
NOFILE = {"name": "nofile", "soft": 1024, "hard": 65536}
REPOSITORY: dict[str, None] = dict.fromkeys(("github", "previews", "watchPaths"))
"""What belongs to a repository on GitHub, or to one at all."""


def _previews(**change: Any) -> dict[str, Any]:
    return {"previews": {key: value for key, value in {**PREVIEWS, **change}.items() if value is not None}}


BUILT = Case(
    kind="Application",
    label="built",
    table="applications",
    create="application.create",
    parent="environmentId",
    beside=("registryId",),
    valid={
        "name": "web",
        "github": GITHUB,
        "build": RAILPACK,
        "watchPaths": ["src/**", "package.json"],
        "placement": PLACEMENT,
        "labels": {"team": "chat"},
        "ulimits": [NOFILE],
        "networkIds": ["net-1"],
        "previews": PREVIEWS,
    },
    changes=(
        ({"watchPaths": ["src/**"]}, "watchPaths"),
        ({"build": {**RAILPACK, "version": "0.16.0"}}, "build.version"),
        ({"build": {"type": "static", "publishDirectory": "dist", "isStaticSpa": True}}, "build"),
        ({"build": {"type": "nixpacks", "publishDirectory": "out"}}, "build"),
        ({"build": {"type": "heroku_buildpacks", "version": "22"}}, "build"),
        ({"build": {"type": "paketo_buildpacks"}}, "build"),
        ({**REPOSITORY, "image": {"reference": "web:1"}, "build": None}, "image"),
        ({"github": None, "previews": None, "gitlab": GITLAB}, "gitlab"),
        ({"github": None, "previews": None, "gitea": {**GITEA, "enableSubmodules": True}}, "gitea"),
        ({"github": None, "previews": None, "bitbucket": {**BITBUCKET, "buildPath": "/web"}}, "bitbucket"),
        ({"watchPaths": None}, "watchPaths"),
        ({"placement": None}, "placement"),
        ({"placement": {"constraints": ["node.labels.disk != slow"]}}, "placement"),
        ({"placement": {"maxReplicas": 1}}, "placement"),
        ({"labels": None}, "labels"),
        ({"labels": {"team": "web"}}, "labels"),
        ({"ulimits": None}, "ulimits"),
        ({"ulimits": [NOFILE, {"name": "memlock", "soft": -1, "hard": -1}]}, "ulimits"),
        ({"networkIds": None}, "networkIds"),
        ({"networkIds": ["net-1", "net-2"], "detachDokployNetwork": True}, "networkIds"),
        ({"registryId": None}, "registryId"),
        ({"previews": None}, "previews"),
        (_previews(env={"A": "2"}), "previews"),
        (_previews(buildArgs={"A": "1"}, buildSecrets={"B": "2"}), "previews"),
        (_previews(wildcard=None), "previews"),
        (_previews(port=8080), "previews"),
        (_previews(path="/app"), "previews"),
        (_previews(https=False, certificateType=None), "previews"),
        (_previews(certificateType="custom", customCertResolver="own"), "previews"),
        (_previews(limit=1), "previews"),
        (_previews(labels=None), "previews"),
        (_previews(requireCollaboratorPermissions=False), "previews"),
    ),
    edits=(
        ("buildType", "nixpacks", "build"),
        ("railpackVersion", "0.1.0", "build.version"),
        ("branch", "other", "github.branch"),
        ("sourceType", "gitlab", "gitlab"),
        ("sourceType", "gitea", "gitea"),
        ("sourceType", "bitbucket", "bitbucket"),
        ("sourceType", "drop", "github"),
        ("watchPaths", None, "watchPaths"),
        ("watchPaths", ["by/hand"], "watchPaths"),
        ("placementSwarm", None, "placement"),
        ("placementSwarm", {"Constraints": ["node.role==manager"]}, "placement"),
        ("labelsSwarm", {"team": "other"}, "labels"),
        ("labelsSwarm", None, "labels"),
        ("ulimitsSwarm", [{"Name": "nofile", "Soft": 1, "Hard": 1}], "ulimits"),
        ("ulimitsSwarm", None, "ulimits"),
        ("networkIds", [], "networkIds"),
        ("detachDokployNetwork", True, "detachDokployNetwork"),
        ("registryId", None, "registryId"),
        ("isPreviewDeploymentsActive", False, "previews"),
        ("previewEnv", "A=2", "previews"),
        ("previewBuildArgs", "A=2", "previews"),
        ("previewBuildSecrets", "A=2", "previews"),
        ("previewWildcard", None, "previews"),
        ("previewPort", 80, "previews"),
        ("previewPath", "/x", "previews"),
        ("previewHttps", False, "previews"),
        ("previewCertificateType", "none", "previews"),
        ("previewCustomCertResolver", "own", "previews"),
        ("previewLimit", 9, "previews"),
        ("previewLabels", None, "previews"),
        ("previewRequireCollaboratorPermissions", False, "previews"),
    ),
)

CASES = (BUILT,)
