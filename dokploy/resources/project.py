"""A Dokploy project: the roof over environments and applications."""

from __future__ import annotations

from pydantic import Field

from dokploy import dotenv, marker
from dokploy.errors import Conflict, NotFound
from dokploy.fields import Description, Name, Variables
from dokploy.resource import Context, Model, Resource, State
from dokploy.rows import Row, leftover, remove


class ProjectInputs(Model):
    """What a project is asked to be."""

    name: Name = Field(description="Name shown in Dokploy. Dokploy does not require it to be unique.")
    description: Description = Field(None, description="What the project is for.")
    env: Variables = Field(
        default_factory=dict,
        description="Variables that applications of the project may refer to as `${{project.KEY}}`.",
    )


class ProjectOutputs(Model):
    """What Dokploy adds."""

    organization_id: str = Field(description="Id of the organisation that the project belongs to.")
    default_environment_id: str = Field(
        description="Id of the environment `production`, which Dokploy makes with every project."
    )


ProjectState = State[ProjectInputs, ProjectOutputs]


class Project(Resource[ProjectInputs, ProjectOutputs]):
    """A project of the organisation that the API key belongs to.

    Deleting it is refused while it holds a service: Dokploy would forget the service and leave it running.
    """

    name = "Project"
    Inputs = ProjectInputs
    Outputs = ProjectOutputs

    def create(self, ctx: Context, inputs: ProjectInputs) -> ProjectState:
        mark = ctx.marker()

        def find() -> ProjectState | None:
            rows = ctx.server.read("project.all")
            row = leftover(ctx, rows, lambda row: mark.marks(row["description"]), "project", "projectId")
            adopted = row and self.read(ctx, row["projectId"], None, None)
            return self.update(ctx, adopted, inputs) if adopted else None

        def make() -> ProjectState:
            answer = ctx.server.write(
                "project.create",
                {
                    "name": inputs.name,
                    "description": mark.on(inputs.description),
                    "env": dotenv.dump(inputs.env, allow_references=True),
                },
            )
            project, environment = answer["project"], answer["environment"]
            ctx.server.made(project["projectId"])
            ctx.server.made(environment["environmentId"])
            outputs = ProjectOutputs(
                organization_id=project["organizationId"],
                default_environment_id=environment["environmentId"],
            )
            return State(id=project["projectId"], inputs=inputs, outputs=outputs)

        return ctx.server.create_once(find, make)

    def read(
        self, ctx: Context, id: str, inputs: ProjectInputs | None, outputs: ProjectOutputs | None
    ) -> ProjectState | None:
        try:
            row = ctx.server.read("project.one", projectId=id)
        except NotFound:
            return None
        return State(id=id, inputs=_inputs(row), outputs=_outputs(row))

    def update(self, ctx: Context, state: ProjectState, inputs: ProjectInputs) -> ProjectState:
        row = ctx.server.read("project.one", projectId=state.id)
        body = {
            "projectId": state.id,
            "name": inputs.name,
            "description": ctx.marker().on(inputs.description),
            "env": dotenv.dump(inputs.env, allow_references=True),
        }
        ctx.server.write("project.update", body, repeatable=True)
        return State(id=state.id, inputs=inputs, outputs=_outputs(row))

    def delete(self, ctx: Context, state: ProjectState) -> None:
        try:
            row = ctx.server.query("project.one", projectId=state.id)
        except NotFound:
            return
        services = sorted(service["name"] for service in _services(row))
        if services:
            raise Conflict(
                f"project {row['name']} still holds {', '.join(services)}: Dokploy would leave them running "
                "without a trace; delete them in Dokploy first, or import them into this stack"
            )
        remove(ctx, "project.remove", {"projectId": state.id})


def _inputs(row: Row) -> ProjectInputs:
    # What the server holds need not be valid by our rules; a refresh still has to show it.
    return ProjectInputs.model_construct(
        name=row["name"],
        description=marker.strip(row["description"]) or None,
        env=dotenv.parse(row["env"] or ""),
    )


def _outputs(row: Row) -> ProjectOutputs:
    default = next(environment for environment in row["environments"] if environment["isDefault"])
    return ProjectOutputs(organization_id=row["organizationId"], default_environment_id=default["environmentId"])


def _services(row: Row) -> list[Row]:
    """Every service of a project, whatever its kind: applications, compose files and databases."""
    return [
        service
        for environment in row["environments"]
        for value in environment.values()
        if isinstance(value, list)
        for service in value
        if isinstance(service, dict) and "name" in service
    ]
