"""A tag, and the projects that carry it."""

from __future__ import annotations

from pydantic import Field

from dokploy.errors import DokployError, NotFound
from dokploy.fields import Id, Name
from dokploy.resource import Context, InitializationFailedError, Model, Resource, State
from dokploy.rows import leftover, remove


class TagInputs(Model):
    """What a tag is asked to be."""

    name: Name = Field(description="Name shown in Dokploy; unique in the organisation.")
    color: str | None = Field(None, pattern=r"^#[0-9a-fA-F]{6}$", description="Colour, such as `#00ff00`.")
    project_ids: list[Id] = Field(default_factory=list, description="Ids of the projects that carry it.")


class TagOutputs(Model):
    """Nothing beyond the inputs."""


TagState = State[TagInputs, TagOutputs]


class Tag(Resource[TagInputs, TagOutputs]):
    """A tag of the organisation. A tag of that name that is there already is adopted."""

    name = "Tag"
    Inputs = TagInputs
    Outputs = TagOutputs

    def create(self, ctx: Context, inputs: TagInputs) -> TagState:
        def find() -> str | None:
            rows = ctx.server.read("tag.all")
            row = leftover(ctx, rows, lambda row: bool(row["name"] == inputs.name), "tag", "tagId")
            return None if row is None else str(row["tagId"])

        def make() -> str:
            body = {"name": inputs.name, **({"color": inputs.color} if inputs.color else {})}
            return str(ctx.server.write("tag.create", body)["tagId"])

        state = State(id=ctx.server.create_once(find, make), inputs=inputs, outputs=TagOutputs())
        try:
            return self.update(ctx, state, inputs)
        except DokployError as error:
            raise InitializationFailedError(state, str(error)) from error

    def read(self, ctx: Context, id: str, inputs: TagInputs | None, outputs: TagOutputs | None) -> TagState | None:
        try:
            row = ctx.server.read("tag.one", tagId=id)
        except NotFound:
            return None
        found = TagInputs.model_construct(name=row["name"], color=row["color"], project_ids=_projects(ctx, id))
        if inputs is not None and sorted(inputs.project_ids) == sorted(found.project_ids):
            # Dokploy keeps no order.
            found = found.model_copy(update={"project_ids": inputs.project_ids})
        return State(id=id, inputs=found, outputs=TagOutputs())

    def update(self, ctx: Context, state: TagState, inputs: TagInputs) -> TagState:
        row = ctx.server.read("tag.one", tagId=state.id)
        if (row["name"], row["color"]) != (inputs.name, inputs.color):
            body = {"tagId": state.id, "name": inputs.name, "color": inputs.color}
            ctx.server.write("tag.update", body, repeatable=True)
        before, after = set(_projects(ctx, state.id)), set(inputs.project_ids)
        for project in sorted(after - before):
            _assign(ctx, project, state.id)
        for project in sorted(before - after):
            remove(ctx, "tag.removeFromProject", {"projectId": project, "tagId": state.id})
        return State(id=state.id, inputs=inputs, outputs=TagOutputs())

    def delete(self, ctx: Context, state: TagState) -> None:
        remove(ctx, "tag.remove", {"tagId": state.id}, claim="tag.one")


def _assign(ctx: Context, project: str, tag: str) -> None:
    """Assigning twice is refused, so that a lost answer is looked up."""

    def find() -> bool | None:
        return project in _projects(ctx, tag) or None

    def make() -> bool:
        ctx.server.write("tag.assignToProject", {"projectId": project, "tagId": tag})
        return True

    ctx.server.create_once(find, make)


def _projects(ctx: Context, id: str) -> list[str]:
    return sorted(
        project["projectId"]
        for project in ctx.server.read("project.all")
        if any(id in (tag.get("tagId"), (tag.get("tag") or {}).get("tagId")) for tag in project["projectTags"])
    )
