"""An environment of a project, such as `production` or `staging`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from pydantic import Field

from dokploy import dotenv, marker
from dokploy.errors import DokployError, NotFound
from dokploy.fields import Description, Id, Name, Variables
from dokploy.resource import Context, Model, Resource, State, Trait
from dokploy.rows import leftover, remove

DEFAULT = "production"
DEFAULT_DESCRIPTION = "Production environment"


class EnvironmentInputs(Model):
    """What an environment is asked to be."""

    project_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the project it belongs to.")
    name: Name = Field(
        description="Name shown in Dokploy. `production` is the environment that Dokploy makes with the project: "
        "it is adopted, never created, renamed or deleted."
    )
    description: Description = Field(None, description="What the environment is for.")
    env: Variables = Field(
        default_factory=dict,
        description="Variables that its applications may refer to as `${{environment.KEY}}`.",
    )


class EnvironmentOutputs(Model):
    """What Dokploy adds."""

    is_default: bool = Field(description="Whether it is the one that Dokploy made with the project.")


EnvironmentState = State[EnvironmentInputs, EnvironmentOutputs]


class Environment(Resource[EnvironmentInputs, EnvironmentOutputs]):
    """An environment of a project. Changing the name to or from `production` replaces it."""

    name = "Environment"
    deletes_before_replace = False
    """Its applications move to the new one first: Dokploy refuses to delete an environment that holds any."""
    Inputs = EnvironmentInputs
    Outputs = EnvironmentOutputs

    def create(self, ctx: Context, inputs: EnvironmentInputs) -> EnvironmentState:
        if inputs.name == DEFAULT:
            return self._adopt_default(ctx, inputs)
        mark = self._marker(ctx, inputs)

        def find() -> EnvironmentState | None:
            rows = ctx.server.read("project.one", projectId=inputs.project_id)["environments"]
            row = leftover(ctx, rows, lambda row: mark.marks(row["description"]), "environment", "environmentId")
            return None if row is None else self._write(ctx, row["environmentId"], inputs, is_default=False)

        def make() -> EnvironmentState:
            row = ctx.server.write(
                "environment.create",
                {
                    "name": inputs.name,
                    "projectId": inputs.project_id,
                    "description": mark.on(inputs.description),
                },
            )
            ctx.server.made(row["environmentId"])
            if inputs.env:
                return self._write(ctx, row["environmentId"], inputs, is_default=False)
            outputs = EnvironmentOutputs(is_default=False)
            return State(id=row["environmentId"], inputs=inputs, outputs=outputs)

        return ctx.server.create_once(find, make, parent=inputs.project_id)

    def read(
        self, ctx: Context, id: str, inputs: EnvironmentInputs | None, outputs: EnvironmentOutputs | None
    ) -> EnvironmentState | None:
        try:
            row = ctx.server.read("environment.one", environmentId=id)
        except NotFound:
            return None
        description = marker.strip(row["description"])
        if row["isDefault"] and row["description"] == DEFAULT_DESCRIPTION:
            # Dokploy's own words; the program's carry a marker.
            description = ""
        return State(
            id=id,
            # What the server holds need not be valid by our rules; a refresh still has to show it.
            inputs=EnvironmentInputs.model_construct(
                project_id=row["projectId"],
                name=row["name"],
                description=description or None,
                env=dotenv.parse(row["env"] or ""),
            ),
            outputs=EnvironmentOutputs(is_default=row["isDefault"]),
        )

    def update(self, ctx: Context, state: EnvironmentState, inputs: EnvironmentInputs) -> EnvironmentState:
        ctx.server.claim("environment.one", environmentId=state.id)
        return self._write(ctx, state.id, inputs, is_default=state.outputs.is_default)

    def delete(self, ctx: Context, state: EnvironmentState) -> None:
        own = {"environmentId": state.id}
        if not state.outputs.is_default:
            remove(ctx, "environment.remove", own, claim="environment.one")
            return
        with suppress(NotFound):
            ctx.server.claim("environment.one", **own)
            body = {**own, "description": DEFAULT_DESCRIPTION, "env": ""}
            ctx.server.write("environment.update", body, repeatable=True)

    def forces_replacement(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
        return {"name"} if (old.get("name") == DEFAULT) != (new.get("name") == DEFAULT) else set()

    def _adopt_default(self, ctx: Context, inputs: EnvironmentInputs) -> EnvironmentState:
        project = ctx.server.read("project.one", projectId=inputs.project_id)
        for row in project["environments"]:
            if row["isDefault"]:
                return self._write(ctx, row["environmentId"], inputs, is_default=True)
        raise DokployError(f"project {project['name']} has no default environment; was it made by Dokploy 0.30?")

    def _write(self, ctx: Context, id: str, inputs: EnvironmentInputs, *, is_default: bool) -> EnvironmentState:
        body = {
            "environmentId": id,
            "description": self._marker(ctx, inputs).on(inputs.description),
            "env": dotenv.dump(inputs.env, allow_references=True),
        }
        if not is_default:
            # Naming the default environment at all, even by its own name, is refused.
            body["name"] = inputs.name
        ctx.server.write("environment.update", body, repeatable=True)
        return State(id=id, inputs=inputs, outputs=EnvironmentOutputs(is_default=is_default))

    def _marker(self, ctx: Context, inputs: EnvironmentInputs) -> marker.Marker:
        return ctx.marker(inputs.project_id, DEFAULT if inputs.name == DEFAULT else "")
