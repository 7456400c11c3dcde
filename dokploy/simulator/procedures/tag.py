"""tag.*: labels of projects, unique by name."""

from __future__ import annotations

from typing import Any

from ..errors import ApiError, bad_request, not_found
from ..ids import nanoid
from ..procedure import Call, Router
from ..sql import failed_insert
from ..state import Row
from ..validation import ID, NULLABLE_TEXT, Items, Text
from ..views import newest_first

ROUTER = Router("tag")
COLUMNS = ("tagId", "name", "color", "createdAt", "organizationId")


@ROUTER.mutation("create", name=Text(min=1), color=NULLABLE_TEXT)
def create(call: Call) -> Any:
    row = {
        "tagId": nanoid(),
        "color": None,
        **call.data,
        "createdAt": call.world.stamp(),
        "organizationId": call.key.organization_id,
    }
    if any(tag["name"] == row["name"] for tag in _own(call)):
        raise bad_request(f"Error creating tag: {failed_insert('tag', COLUMNS, row)}")
    call.state.tags[row["tagId"]] = row
    return dict(row)


def _own(call: Call) -> list[Row]:
    return call.state.of(call.state.tags, "organizationId", call.key.organization_id)


def _row(call: Call, doing: str = "") -> Row:
    row = call.state.tags.get(call.data["tagId"])
    if row is None or not call.owns(row):
        right = f" or you don't have permission to {doing} it" if doing else ""
        raise ApiError("NOT_FOUND", f"Tag not found{right}") if doing else not_found("Tag")
    return row


def _project(call: Call) -> str:
    project = call.state.projects.get(call.data["projectId"])
    if project is None or not call.owns(project):
        raise ApiError("NOT_FOUND", "Project not found or you don't have permission to modify it")
    return str(project["projectId"])


@ROUTER.query("all")
def every(call: Call) -> Any:
    return [dict(row) for row in newest_first(_own(call))]


@ROUTER.query("one", tagId=ID)
def one(call: Call) -> Any:
    return dict(_row(call))


@ROUTER.mutation("update", tagId=ID, name=Text(optional=True, min=1), color=NULLABLE_TEXT)
def update(call: Call) -> Any:
    row = _row(call, "update")
    row.update(call.data)
    return dict(row)


@ROUTER.mutation("remove", tagId=ID)
def remove(call: Call) -> Any:
    row = _row(call, "delete")
    del call.state.tags[row["tagId"]]
    call.state.project_tags = [pair for pair in call.state.project_tags if pair["tagId"] != row["tagId"]]
    return {"success": True}


@ROUTER.mutation("assignToProject", projectId=ID, tagId=ID)
def assign(call: Call) -> Any:
    pair = {"id": nanoid(), "projectId": _project(call), "tagId": _row(call)["tagId"]}
    if any(other["projectId"] == pair["projectId"] and other["tagId"] == pair["tagId"] for other in _pairs(call)):
        query = failed_insert("project_tag", ("id", "projectId", "tagId"), pair)
        raise bad_request(f"Error assigning tag to project: {query}")
    _pairs(call).append(pair)
    return dict(pair)


def _pairs(call: Call) -> list[Row]:
    return call.state.project_tags


@ROUTER.mutation("removeFromProject", projectId=ID, tagId=ID)
def unassign(call: Call) -> Any:
    gone = {"projectId": _project(call), "tagId": call.data["tagId"]}
    call.state.project_tags = [
        pair for pair in _pairs(call) if (pair["projectId"], pair["tagId"]) != (gone["projectId"], gone["tagId"])
    ]
    return {"success": True}


@ROUTER.mutation("bulkAssign", projectId=ID, tagIds=Items(of=Text()))
def bulk_assign(call: Call) -> Any:
    """The list replaces what was assigned."""
    project_id = _project(call)
    others = [pair for pair in _pairs(call) if pair["projectId"] != project_id]
    new = [{"id": nanoid(), "projectId": project_id, "tagId": tag_id} for tag_id in call.data["tagIds"]]
    call.state.project_tags = others + new
    return {"success": True}
