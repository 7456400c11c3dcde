"""environment.*: the default one can be neither renamed nor removed."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import ApiError, bad_request
from ..ids import nanoid
from ..procedure import Call, Router
from ..sql import failed_insert
from ..validation import ID, OPTIONAL_TEXT, Number, Text
from .project import new_environment

ROUTER = Router("environment")
COLUMNS = ("environmentId", "name", "description", "createdAt", "env", "projectId", "isDefault")
_OTHERS = "You are not allowed to access this environment"


@ROUTER.mutation("create", name=Text(min=1), description=OPTIONAL_TEXT, projectId=ID)
def create(call: Call) -> Any:
    data = call.data
    if data["name"] == "production":
        raise bad_request("You cannot create a environment with the name 'production'")
    if data["projectId"] not in call.state.projects:
        values = {"environmentId": nanoid(), "createdAt": call.world.stamp(), **data}
        query = failed_insert("environment", COLUMNS, values)
        raise bad_request(f"Error creating the environment: {query}")
    return dict(new_environment(call, data["projectId"], data["name"], data.get("description"), False))


@ROUTER.query("one", environmentId=ID)
def one(call: Call) -> Any:
    row = views.environment(call.state, call.data["environmentId"])
    if not call.owns(call.state.projects[row["projectId"]]):
        raise ApiError("FORBIDDEN", _OTHERS)
    return {**views.full_environment(call.state, row, app_name=False), **views.pick(row, "projectId", "env")}


@ROUTER.query("byProjectId", projectId=ID)
def by_project(call: Call) -> Any:
    rows = call.state.of(call.state.environments, "projectId", call.data["projectId"])
    mine = [row for row in rows if call.owns(call.state.projects[row["projectId"]])]
    return [views.full_environment(call.state, row, app_name=True) for row in mine]


@ROUTER.query(
    "search",
    q=OPTIONAL_TEXT,
    name=OPTIONAL_TEXT,
    description=OPTIONAL_TEXT,
    projectId=OPTIONAL_TEXT,
    limit=Number(default=20, min=1, max=100),
    offset=Number(default=0, min=0),
)
def search(call: Call) -> Any:
    rows = [row for row in call.state.environments.values() if call.owns(call.state.projects[row["projectId"]])]
    return views.page(views.search(rows, call.data, "name", "description", "projectId"), call.data)


@ROUTER.mutation(
    "update",
    environmentId=ID,
    name=Text(optional=True, min=1),
    description=OPTIONAL_TEXT,
    env=OPTIONAL_TEXT,
    projectId=OPTIONAL_TEXT,
)
def update(call: Call) -> Any:
    """Every refusal is a 400 with the same words in front."""
    row = call.state.environments.get(call.data["environmentId"])
    reason = None
    if row is None:
        reason = "Environment not found"
    elif not call.owns(call.state.projects[row["projectId"]]):
        reason = _OTHERS
    elif row["isDefault"] and "name" in call.data:
        reason = "You cannot rename the default environment"
    if row is None or reason is not None:
        raise bad_request(f"Error updating the environment: {reason}")
    row.update(call.data)
    return dict(row)


@ROUTER.mutation("remove", environmentId=ID)
def remove(call: Call) -> Any:
    row = views.environment(call.state, call.data["environmentId"])
    if not call.owns(call.state.projects[row["projectId"]]):
        raise ApiError("FORBIDDEN", _OTHERS)
    if row["isDefault"]:
        raise bad_request("You cannot delete the default environment")
    tables = (call.state.applications, *call.state.databases.values())
    if any(call.state.of(table, "environmentId", row["environmentId"]) for table in tables):
        raise bad_request("Cannot delete environment: it has active services. Delete all services first.")
    call.state.drop_environment(row["environmentId"])
    return dict(row)


@ROUTER.mutation("duplicate", environmentId=ID, name=Text(min=1), description=OPTIONAL_TEXT)
def duplicate(call: Call) -> Any:
    """Copies description and env too, so that a marker of the original exists twice."""
    row = call.state.environments.get(call.data["environmentId"])
    if row is None:
        raise bad_request("Error duplicating the environment: Environment not found")
    copy = new_environment(call, row["projectId"], call.data["name"], row["description"], False)
    copy["env"] = row["env"]
    return dict(copy)
