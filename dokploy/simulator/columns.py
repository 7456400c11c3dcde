"""The columns of an application with their defaults, and which inputs `application.update` takes for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .validation import NULLABLE_TEXT, Fields, Flag, Items, Number, OneOf, Record, Rule, Text

BUILD_TYPES = ("dockerfile", "heroku_buildpacks", "paketo_buildpacks", "nixpacks", "static", "railpack")
SOURCE_TYPES = ("docker", "git", "github", "gitlab", "bitbucket", "gitea", "drop")
STATUSES = ("idle", "running", "done", "error")
CERTIFICATES = ("letsencrypt", "none", "custom")
BRANCH = Text(
    pattern=r"^[a-zA-Z0-9._\-/#]+$",
    pattern_text=r"/^[a-zA-Z0-9._\-/#]+$/",
    pattern_message="Invalid branch name",
)

APPLICATION: Mapping[str, Any] = {
    "applicationId": None,
    "name": None,
    "appName": None,
    "description": None,
    "env": None,
    "previewEnv": None,
    "watchPaths": None,
    "previewBuildArgs": None,
    "previewBuildSecrets": None,
    "previewLabels": None,
    "previewWildcard": None,
    "previewPort": 3000,
    "previewHttps": False,
    "previewPath": "/",
    "previewCertificateType": "none",
    "previewCustomCertResolver": None,
    "previewLimit": 3,
    "isPreviewDeploymentsActive": False,
    "previewRequireCollaboratorPermissions": True,
    "rollbackActive": False,
    "buildArgs": None,
    "buildSecrets": None,
    "memoryReservation": None,
    "memoryLimit": None,
    "cpuReservation": None,
    "cpuLimit": None,
    "title": None,
    "enabled": None,
    "subtitle": None,
    "command": None,
    "args": None,
    "icon": None,
    "refreshToken": None,
    "sourceType": "github",
    "cleanCache": False,
    "repository": None,
    "owner": None,
    "branch": None,
    "buildPath": "/",
    "triggerType": "push",
    "autoDeploy": True,
    "gitlabProjectId": None,
    "gitlabRepository": None,
    "gitlabOwner": None,
    "gitlabBranch": None,
    "gitlabBuildPath": "/",
    "gitlabPathNamespace": None,
    "giteaRepository": None,
    "giteaOwner": None,
    "giteaBranch": None,
    "giteaBuildPath": "/",
    "bitbucketRepository": None,
    "bitbucketRepositorySlug": None,
    "bitbucketOwner": None,
    "bitbucketBranch": None,
    "bitbucketBuildPath": "/",
    "username": None,
    "password": None,
    "dockerImage": None,
    "registryUrl": None,
    "customGitUrl": None,
    "customGitBranch": None,
    "customGitBuildPath": None,
    "customGitSSHKeyId": None,
    "enableSubmodules": False,
    "dockerfile": "Dockerfile",
    "dockerContextPath": None,
    "dockerBuildStage": None,
    "dropBuildPath": None,
    "healthCheckSwarm": None,
    "restartPolicySwarm": None,
    "placementSwarm": None,
    "updateConfigSwarm": None,
    "rollbackConfigSwarm": None,
    "modeSwarm": None,
    "labelsSwarm": None,
    "networkSwarm": None,
    "stopGracePeriodSwarm": None,
    "endpointSpecSwarm": None,
    "ulimitsSwarm": None,
    "replicas": 1,
    "applicationStatus": "idle",
    "buildType": "nixpacks",
    "railpackVersion": "0.15.4",
    "herokuVersion": "24",
    "publishDirectory": None,
    "isStaticSpa": None,
    "createEnvFile": True,
    "createdAt": None,
    "registryId": None,
    "rollbackRegistryId": None,
    "environmentId": None,
    "githubId": None,
    "gitlabId": None,
    "giteaId": None,
    "bitbucketId": None,
    "serverId": None,
    "buildServerId": None,
    "buildRegistryId": None,
    "networkIds": [],
    "detachDokployNetwork": False,
}


def _swarm(**fields: Rule) -> Rule:
    """A JSON column in Docker's words: keys are case-sensitive and unknown ones are refused."""
    return Record(fields=fields, strict=True, optional=True, nullable=True)


_NUMBER = Number(optional=True)
_WORDS = Items(of=Text(), optional=True)
_UPDATE = {
    "Parallelism": Number(),
    "Delay": _NUMBER,
    "FailureAction": Text(optional=True),
    "Monitor": _NUMBER,
    "MaxFailureRatio": _NUMBER,
    "Order": Text(),
}
_TEXT_MAP = Record(fields={}, open=True, optional=True, nullable=True)

_SPECIAL: Mapping[str, Rule] = {
    "applicationId": Text(),
    "name": Text(optional=True, min=1),
    "createdAt": Text(optional=True),
    "environmentId": Text(optional=True),
    "watchPaths": Items(of=Text(), optional=True, nullable=True),
    "previewLabels": Items(of=Text(), optional=True, nullable=True),
    "args": Items(of=Text(), optional=True, nullable=True),
    "networkIds": Items(of=Text(), optional=True, nullable=True),
    "sourceType": OneOf(values=SOURCE_TYPES, optional=True),
    "buildType": OneOf(values=BUILD_TYPES, optional=True),
    "applicationStatus": OneOf(values=STATUSES, optional=True),
    "triggerType": OneOf(values=("push", "tag"), optional=True, nullable=True),
    "previewCertificateType": OneOf(values=CERTIFICATES, optional=True),
    "previewPort": Number(optional=True, nullable=True),
    "previewLimit": Number(optional=True, nullable=True),
    "replicas": Number(optional=True),
    "gitlabProjectId": Number(optional=True, nullable=True),
    "stopGracePeriodSwarm": Number(optional=True, nullable=True),
    "previewHttps": Flag(optional=True),
    "enableSubmodules": Flag(optional=True),
    "createEnvFile": Flag(optional=True),
    "detachDokployNetwork": Flag(optional=True),
    "healthCheckSwarm": _swarm(Test=_WORDS, Interval=_NUMBER, Timeout=_NUMBER, StartPeriod=_NUMBER, Retries=_NUMBER),
    "restartPolicySwarm": _swarm(Condition=Text(optional=True), Delay=_NUMBER, MaxAttempts=_NUMBER, Window=_NUMBER),
    "placementSwarm": _swarm(
        Constraints=_WORDS,
        Preferences=Items(optional=True),
        MaxReplicas=_NUMBER,
        Platforms=Items(optional=True),
    ),
    "updateConfigSwarm": _swarm(**_UPDATE),
    "rollbackConfigSwarm": _swarm(**_UPDATE),
    "modeSwarm": _swarm(
        Replicated=Record(fields={"Replicas": _NUMBER}, optional=True),
        Global=_TEXT_MAP,
        ReplicatedJob=_TEXT_MAP,
        GlobalJob=_TEXT_MAP,
    ),
    "labelsSwarm": _TEXT_MAP,
    "networkSwarm": Items(optional=True, nullable=True),
    "endpointSpecSwarm": _swarm(Mode=Text(optional=True), Ports=Items(optional=True)),
    "ulimitsSwarm": Items(optional=True, nullable=True),
}

# Set once at creation; an update drops them without a word.
_IMMUTABLE = ("appName", "serverId")


def _rule(name: str, default: Any) -> Rule:
    if name in _SPECIAL:
        return _SPECIAL[name]
    if isinstance(default, bool) or name in ("enabled", "isStaticSpa"):
        return Flag(optional=True, nullable=True)
    return NULLABLE_TEXT


UPDATE: Fields = {name: _rule(name, value) for name, value in APPLICATION.items() if name not in _IMMUTABLE}
