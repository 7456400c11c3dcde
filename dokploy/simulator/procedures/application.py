"""application.*: the row and its settings; nothing here touches a running service."""

from __future__ import annotations

from typing import Any

from .. import views
from ..columns import APPLICATION, BRANCH, BUILD_TYPES, SOURCE_TYPES, UPDATE
from ..errors import bad_request, server_error, unauthorized
from ..ids import app_name, nanoid
from ..procedure import Call, Router
from ..sql import failed_update
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OPTIONAL_TEXT, PRESENT_TEXT, Flag, Items, Number, OneOf, Text

ROUTER = Router("application")
_TARGETS = {"registryId": "registries", "rollbackRegistryId": "registries", "buildRegistryId": "registries"}
_LISTED = (
    "applicationId",
    "name",
    "appName",
    "description",
    "environmentId",
    "applicationStatus",
    "sourceType",
    "createdAt",
)
_WATCH = Items(of=Text(), present=True, nullable=True)
_NAME_RULE = "App name can only contain letters, numbers, dots, underscores and hyphens"


@ROUTER.mutation(
    "create",
    name=Text(min=1),
    appName=Text(optional=True, min=1, max=63, pattern=r"^[a-zA-Z0-9._-]+$", pattern_message=_NAME_RULE),
    description=NULLABLE_TEXT,
    environmentId=ID,
    serverId=NULLABLE_TEXT,
    sourceType=OneOf(values=SOURCE_TYPES, optional=True),
)
def create(call: Call) -> Any:
    env = views.environment(call.state, call.data["environmentId"])
    if not call.owns(call.state.projects[env["projectId"]]):
        raise unauthorized("You are not authorized to access this project")
    if call.data.get("serverId"):
        raise unauthorized("You are not authorized to access this server")
    row = {
        **APPLICATION,
        "networkIds": [],
        **call.data,
        "applicationId": nanoid(),
        "appName": app_name("app", call.data.get("appName")),
        "refreshToken": nanoid(),
        "createdAt": call.world.stamp(),
    }
    call.state.applications[row["applicationId"]] = row
    call.state.accessed["Services"].append(row["applicationId"])
    return dict(row)


@ROUTER.query("one", applicationId=ID)
def one(call: Call) -> Any:
    app = views.application(call.state, call.data["applicationId"])
    if not call.owns(call.state.project_of(app)):
        raise unauthorized("You are not authorized to access this application")
    access = {"hasGitProviderAccess": True, "unauthorizedProvider": None}
    return {**views.full_application(call.state, app), **access}


@ROUTER.mutation("update", **UPDATE)
def update(call: Call) -> Any:
    """Only the keys that are there change; with none left the database has nothing to set."""
    values = dict(call.data)
    application_id = values.pop("applicationId")
    if not values:
        raise server_error("No values to set")
    app = call.state.applications.get(application_id)
    if app is None:
        raise bad_request("Error updating application")
    write(call, app, values)
    return True


def write(call: Call, app: Row, values: Row) -> None:
    """What the database would refuse is a 500 with the whole query, values included."""
    refused = any(isinstance(value, str) and "\0" in value for value in values.values())
    refused = refused or isinstance(values.get("replicas"), float)
    for column, table in _TARGETS.items():
        refused = refused or (bool(values.get(column)) and values[column] not in getattr(call.state, table))
    key = values.get("customGitSSHKeyId")
    if refused or (key and key not in call.state.ssh_keys):
        columns = ["certificateType" if name == "previewCertificateType" else name for name in APPLICATION]
        ordered = {name: values[name] for name in APPLICATION if name in values}
        query = failed_update("application", columns, "applicationId", app["applicationId"], ordered)
        raise server_error(query)
    app.update(values)


def _save(call: Call, **extra: Any) -> bool:
    values = {name: value for name, value in call.data.items() if name != "applicationId"}
    write(call, views.application(call.state, call.data["applicationId"]), {**values, **extra})
    return True


@ROUTER.mutation(
    "saveBuildType",
    applicationId=ID,
    buildType=OneOf(values=BUILD_TYPES),
    dockerfile=PRESENT_TEXT,
    dockerContextPath=PRESENT_TEXT,
    dockerBuildStage=PRESENT_TEXT,
    herokuVersion=PRESENT_TEXT,
    railpackVersion=PRESENT_TEXT,
    publishDirectory=NULLABLE_TEXT,
    isStaticSpa=Flag(optional=True, nullable=True),
)
def save_build_type(call: Call) -> Any:
    return _save(call)


@ROUTER.mutation(
    "saveEnvironment",
    applicationId=ID,
    env=PRESENT_TEXT,
    buildArgs=PRESENT_TEXT,
    buildSecrets=PRESENT_TEXT,
    createEnvFile=Flag(present=True),
)
def save_environment(call: Call) -> Any:
    return _save(call)


@ROUTER.mutation(
    "saveDockerProvider",
    applicationId=ID,
    dockerImage=PRESENT_TEXT,
    username=PRESENT_TEXT,
    password=PRESENT_TEXT,
    registryUrl=PRESENT_TEXT,
)
def save_docker_provider(call: Call) -> Any:
    return _save(call, sourceType="docker", applicationStatus="idle")


@ROUTER.mutation(
    "saveGitProvider",
    applicationId=ID,
    customGitUrl=PRESENT_TEXT,
    customGitBranch=BRANCH,
    customGitBuildPath=PRESENT_TEXT,
    watchPaths=_WATCH,
    customGitSSHKeyId=NULLABLE_TEXT,
    enableSubmodules=Flag(optional=True),
)
def save_git_provider(call: Call) -> Any:
    return _save(call, sourceType="git", applicationStatus="idle")


@ROUTER.mutation(
    "saveGithubProvider",
    applicationId=ID,
    repository=PRESENT_TEXT,
    owner=PRESENT_TEXT,
    branch=BRANCH,
    buildPath=PRESENT_TEXT,
    githubId=PRESENT_TEXT,
    triggerType=OneOf(values=("push", "tag"), default="push"),
    enableSubmodules=Flag(optional=True),
    watchPaths=Items(of=Text(), optional=True, nullable=True),
)
def save_github_provider(call: Call) -> Any:
    return _save(call, sourceType="github", applicationStatus="idle")


@ROUTER.mutation("disconnectGitProvider", applicationId=ID)
def disconnect(call: Call) -> Any:
    return _save(call, sourceType="github", applicationStatus="idle")


@ROUTER.mutation("refreshToken", applicationId=ID)
def refresh_token(call: Call) -> Any:
    return _save(call, refreshToken=nanoid())


@ROUTER.mutation("move", applicationId=ID, targetEnvironmentId=ID)
def move(call: Call) -> Any:
    app = views.application(call.state, call.data["applicationId"])
    app["environmentId"] = views.environment(call.state, call.data["targetEnvironmentId"])["environmentId"]
    return dict(app)


@ROUTER.query(
    "search",
    **dict.fromkeys(
        (
            "q",
            "name",
            "appName",
            "description",
            "repository",
            "owner",
            "dockerImage",
            "projectId",
            "environmentId",
        ),
        OPTIONAL_TEXT,
    ),
    limit=Number(default=20, min=1, max=100),
    offset=Number(default=0, min=0),
)
def search(call: Call) -> Any:
    mine = [app for app in call.state.applications.values() if call.owns(call.state.project_of(app))]
    names = ("name", "appName", "description", "repository", "owner", "dockerImage", "environmentId")
    found = views.search(mine, call.data, *names)
    if call.data.get("projectId"):
        found = [app for app in found if call.state.project_of(app)["projectId"] == call.data["projectId"]]
    return views.page([views.pick(app, *_LISTED) for app in found], call.data)
