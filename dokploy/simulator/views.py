"""The rows as the API shows them, with what is joined to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import not_found
from .keys import Key
from .permissions import visible
from .state import Row, State

_SERVICES = ("mariadb", "mongo", "mysql", "postgres", "redis", "compose", "libsql")


def pick(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names}


def newest_first(rows: Iterable[Row]) -> list[Row]:
    return list(rows)[::-1]


def project(state: State, project_id: str) -> Row:
    """The project's row, or the 404 that every procedure gives."""
    try:
        return state.projects[project_id]
    except KeyError:
        raise not_found("Project") from None


def environment(state: State, environment_id: str) -> Row:
    try:
        return state.environments[environment_id]
    except KeyError:
        raise not_found("Environment") from None


def application(state: State, application_id: str) -> Row:
    try:
        return state.applications[application_id]
    except KeyError:
        raise not_found("Application") from None


def service_lists(state: State, environment_id: str, *, app_name: bool) -> Row:
    """The eight lists of services of an environment; only some kinds can exist here."""
    lists: Row = {name: [] for name in _SERVICES}
    applications = state.of(state.applications, "environmentId", environment_id)
    lists["applications"] = [listed_service(row, "applicationId", app_name) for row in applications]
    for row in lists["applications"]:
        row["icon"] = state.applications[row["applicationId"]]["icon"]
    for kind, table in state.databases.items():
        rows = state.of(table, "environmentId", environment_id)
        lists[kind] = [listed_service(row, f"{kind}Id", app_name) for row in rows]
    return lists


def listed_service(row: Row, key: str, app_name: bool) -> Row:
    """A service inside a project or an environment."""
    names = ("name", "description", "createdAt", "serverId", "applicationStatus", key)
    return {**pick(row, *names, *(("appName",) if app_name else ())), "server": None}


def full_environment(state: State, row: Row, *, app_name: bool) -> Row:
    return {
        **pick(row, "name", "description", "environmentId", "isDefault"),
        **service_lists(state, row["environmentId"], app_name=app_name),
        "project": dict(state.projects[row["projectId"]]),
    }


def full_project(state: State, row: Row) -> Row:
    environments = [
        {**env, **service_lists(state, env["environmentId"], app_name=True)}
        for env in state.of(state.environments, "projectId", row["projectId"])
    ]
    return {**row, "environments": environments, "projectTags": _tags(state, row)}


def _tags(state: State, row: Row) -> list[Row]:
    pairs = [pair for pair in state.project_tags if pair["projectId"] == row["projectId"]]
    return [{**pair, "tag": dict(state.tags[pair["tagId"]])} for pair in pairs if pair["tagId"] in state.tags]


def project_in_list(state: State, row: Row, key: Key) -> Row:
    environments = []
    for env in state.of(state.environments, "projectId", row["projectId"]):
        apps = newest_first(visible(key, state.of(state.applications, "environmentId", env["environmentId"])))
        lists: Row = {name: [] for name in _SERVICES}
        lists["applications"] = [pick(app, "applicationId", "name", "applicationStatus") for app in apps]
        for kind, table in state.databases.items():
            rows = state.of(table, "environmentId", env["environmentId"])
            lists[kind] = [pick(row, f"{kind}Id") for row in rows]
        environments.append({**pick(env, "name", "environmentId", "isDefault"), **lists})
    return {**row, "environments": environments, "projectTags": _tags(state, row)}


def full_application(state: State, app: Row) -> Row:
    """application.one: the row and all that hangs on it."""
    key = app["applicationId"]
    env = state.environments[app["environmentId"]]

    def own(table: dict[str, Row]) -> list[Row]:
        return [dict(row) for row in state.of(table, "applicationId", key)]

    def registry(name: str) -> Row | None:
        row = state.registries.get(app[name] or "")
        return {k: v for k, v in row.items() if k != "password"} if row else None

    return {
        **app,
        "environment": {**env, "project": dict(state.projects[env["projectId"]])},
        "domains": own(state.domains),
        "deployments": own(state.deployments),
        "mounts": own(state.mounts),
        "redirects": own(state.redirects),
        "security": own(state.security),
        "ports": own(state.ports),
        "gitlab": None,
        "github": None,
        "bitbucket": None,
        "gitea": None,
        "server": None,
        "previewDeployments": [],
        "registry": registry("registryId"),
        "buildRegistry": registry("buildRegistryId"),
        "rollbackRegistry": registry("rollbackRegistryId"),
    }


def full_backup(state: State, row: Row) -> Row:
    destination = state.destinations.get(row["destinationId"])
    shown = {k: v for k, v in destination.items() if k not in ("accessKey", "secretAccessKey")} if destination else None
    return {**row, "destination": shown, "deployments": []}


def search(rows: Iterable[Row], data: Row, *names: str) -> list[Row]:
    """Rows whose columns hold the wanted texts, in any case; `q` looks into name, appName and description."""

    def holds(row: Row, name: str, wanted: str) -> bool:
        return wanted.lower() in str(row.get(name) or "").lower()

    found = []
    for row in rows:
        q = data.get("q")
        if q and not any(holds(row, name, q) for name in ("name", "appName", "description")):
            continue
        if all(holds(row, name, data[name]) for name in names if data.get(name)):
            found.append(row)
    return newest_first(found)


def page(rows: list[Any], data: Row) -> Row:
    start = data.get("offset", 0)
    return {"items": rows[start : start + data.get("limit", 20)], "total": len(rows)}
