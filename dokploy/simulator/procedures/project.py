"""project.*: a project always has a default environment `production`."""

from __future__ import annotations

from typing import Any

from .. import views
from ..errors import unauthorized
from ..ids import nanoid
from ..procedure import Call, Router
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, OPTIONAL_TEXT, Number, Text

ROUTER = Router("project")


def new_environment(call: Call, project_id: str, name: str, description: str | None, default: bool) -> Row:
    row: Row = {
        "environmentId": nanoid(),
        "name": name,
        "description": description,
        "createdAt": call.world.stamp(),
        "env": "",
        "projectId": project_id,
        "isDefault": default,
    }
    call.state.environments[row["environmentId"]] = row
    call.state.accessed["Environments"].append(row["environmentId"])
    return row


@ROUTER.mutation("create", name=Text(min=1), description=NULLABLE_TEXT, env=OPTIONAL_TEXT)
def create(call: Call) -> Any:
    row: Row = {
        "projectId": nanoid(),
        "name": call.data["name"],
        "description": call.data.get("description"),
        "createdAt": call.world.stamp(),
        "organizationId": call.key.organization_id,
        "env": call.data.get("env", ""),
    }
    call.state.projects[row["projectId"]] = row
    call.state.accessed["Projects"].append(row["projectId"])
    env = new_environment(call, row["projectId"], "production", "Production environment", True)
    return {"project": dict(row), "environment": dict(env)}


@ROUTER.query("one", projectId=ID)
def one(call: Call) -> Any:
    row = views.project(call.state, call.data["projectId"])
    if not call.owns(row):
        raise unauthorized("You are not authorized to access this project")
    return views.full_project(call.state, row)


@ROUTER.query("all")
def every(call: Call) -> Any:
    rows = [row for row in call.state.projects.values() if call.owns(row)]
    return [views.project_in_list(call.state, row, call.key) for row in views.newest_first(rows)]


@ROUTER.query(
    "search",
    q=OPTIONAL_TEXT,
    name=OPTIONAL_TEXT,
    description=OPTIONAL_TEXT,
    limit=Number(default=20, min=1, max=100),
    offset=Number(default=0, min=0),
)
def search(call: Call) -> Any:
    rows = [row for row in call.state.projects.values() if call.owns(row)]
    return views.page(views.search(rows, call.data, "name", "description"), call.data)


@ROUTER.mutation(
    "update",
    projectId=ID,
    name=Text(optional=True, min=1),
    description=NULLABLE_TEXT,
    env=OPTIONAL_TEXT,
    createdAt=OPTIONAL_TEXT,
    organizationId=OPTIONAL_TEXT,
)
def update(call: Call) -> Any:
    row = views.project(call.state, call.data["projectId"])
    if not call.owns(row):
        raise unauthorized("You are not authorized to update this project")
    row.update(call.data)
    return dict(row)


@ROUTER.mutation("remove", projectId=ID)
def remove(call: Call) -> Any:
    """Rows go; the Swarm services of the project's applications stay and run on."""
    row = views.project(call.state, call.data["projectId"])
    if not call.owns(row):
        raise unauthorized("You are not authorized to delete this project")
    for env in call.state.of(call.state.environments, "projectId", row["projectId"]):
        call.state.drop_environment(env["environmentId"])
    return call.state.projects.pop(row["projectId"])
