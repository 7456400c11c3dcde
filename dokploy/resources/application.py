"""An application of Dokploy: its source, its settings, its variables. Running it is the Deployment's part."""

from __future__ import annotations

from pydantic import Field

from dokploy.errors import Conflict, DokployError, NotFound
from dokploy.naming import service_name
from dokploy.polling import WaitEndedError, wait_for
from dokploy.release import new_generation, release_of
from dokploy.resource import Context, InitializationFailedError, Model, Resource, State
from dokploy.resources.application_build import as_asked
from dokploy.resources.application_generation import generation_after, needs_deployment
from dokploy.resources.application_inputs import ApplicationInputs
from dokploy.resources.application_row import columns, env_text, inputs_of
from dokploy.rows import Row, leftover, same
from dokploy.settling import remove_volume, volumes_of


class ApplicationOutputs(Model):
    """What Dokploy adds, and what tells a Deployment that there is something to deploy."""

    app_name: str = Field(description="Name of the Swarm service: the application's name and a random suffix.")
    generation: str = Field(
        description="Changes whenever something changed that takes effect only with a deployment; "
        "put it into a Deployment's triggers."
    )


ApplicationState = State[ApplicationInputs, ApplicationOutputs]


class Application(Resource[ApplicationInputs, ApplicationOutputs]):
    """An application. Changes are stored at once and reach the containers with the next Deployment.

    Deleting it removes the Swarm service and the routes; named volumes stay unless removeVolumes is set.
    """

    name = "Application"
    Inputs = ApplicationInputs
    Outputs = ApplicationOutputs

    def create(self, ctx: Context, inputs: ApplicationInputs) -> ApplicationState:
        mark = ctx.marker(inputs.server_id or "")

        def find() -> str | None:
            rows = ctx.server.read("environment.one", environmentId=inputs.environment_id)["applications"]
            row = leftover(ctx, rows, lambda row: mark.marks(row["description"]), "application", "applicationId")
            return None if row is None else str(row["applicationId"])

        def make() -> str:
            row = ctx.server.write(
                "application.create",
                {
                    "name": inputs.name,
                    "appName": service_name(inputs.name),
                    "description": mark.on(inputs.description),
                    "environmentId": inputs.environment_id,
                    "serverId": inputs.server_id,
                },
            )
            ctx.server.made(row["applicationId"])
            made.append(row)
            return str(row["applicationId"])

        made: list[Row] = []
        id = ctx.server.create_once(find, make, parent=inputs.environment_id)
        row = made[0] if made else ctx.server.read("application.one", applicationId=id)
        outputs = ApplicationOutputs(app_name=row["appName"], generation=new_generation())
        state = State(id=id, inputs=inputs, outputs=outputs)
        try:
            _write(ctx, id, row, inputs)
        except DokployError as error:
            # It exists now, and a destroy has to find it in the state.
            raise InitializationFailedError(state, str(error)) from error
        return state

    def read(
        self, ctx: Context, id: str, inputs: ApplicationInputs | None, outputs: ApplicationOutputs | None
    ) -> ApplicationState | None:
        try:
            row = ctx.server.read("application.one", applicationId=id)
        except NotFound:
            return None
        found = inputs_of(row)
        if inputs is not None:
            # No column holds these: how to read the variables, and an order for the day of the deletion.
            kept = {"allow_references": inputs.allow_references, "remove_volumes": inputs.remove_volumes}
            found = found.model_copy(update=kept)
            build = inputs.build if found.build is None else as_asked(inputs.build, found.build)
            found = found.model_copy(update={"build": build})
        generation = (outputs and outputs.generation) or "imported"
        return State(id=id, inputs=found, outputs=ApplicationOutputs(app_name=row["appName"], generation=generation))

    def update(self, ctx: Context, state: ApplicationState, inputs: ApplicationInputs) -> ApplicationState:
        row = ctx.server.read("application.one", applicationId=state.id)
        changed = _write(ctx, state.id, row, inputs)
        generation = generation_after(state.outputs.generation or "imported", state.inputs, inputs, changed)
        outputs = ApplicationOutputs(app_name=row["appName"], generation=generation)
        return State(id=state.id, inputs=inputs, outputs=outputs)

    def delete(self, ctx: Context, state: ApplicationState) -> None:
        try:
            ctx.server.claim("application.one", applicationId=state.id)
            self._leave_queue(ctx, state)
            volumes = volumes_of(ctx, state.outputs.app_name) if state.inputs.remove_volumes else []
            # It rewrites the middlewares that all applications share.
            with ctx.server.traefik:
                ctx.server.write("application.delete", {"applicationId": state.id}, repeatable=True)
        except NotFound:
            return
        for volume in volumes:
            remove_volume(ctx, volume, state.inputs.server_id)

    def unknown_outputs(self, state: ApplicationState | None, inputs: ApplicationInputs) -> set[str]:
        if state is None:
            return set(self.schema_outputs())
        return {"generation"} if needs_deployment(state.inputs, inputs) else set()

    def _leave_queue(self, ctx: Context, state: ApplicationState) -> None:
        """Deleted during its deployment, an application comes back as a service that nobody knows."""

        def look() -> bool | None:
            jobs = [
                job
                for job in ctx.server.query("deployment.queueList") or []
                if job["data"].get("applicationId") == state.id
            ]
            if not jobs:
                return True
            if any(job["state"] == "waiting" for job in jobs):
                ctx.server.write("application.cleanQueues", {"applicationId": state.id}, repeatable=True)
            ctx.log("progress", "waiting for its deployment to end before it is deleted")
            return None

        try:
            wait_for(ctx, look)
        except WaitEndedError as ended:
            reason = "the run was cancelled" if ended.cancelled else "the time-out passed"
            raise Conflict(
                f"application {state.inputs.name} is being deployed and {reason}: deleted now, its service would "
                "keep running without a trace; run the command again when the deployment has ended"
            ) from None


def _write(ctx: Context, id: str, row: Row, inputs: ApplicationInputs) -> set[str]:
    """Bring the row to the inputs with one call of what differs; the columns that did."""
    wanted = columns(inputs, ctx.marker(inputs.server_id or ""))
    wanted["env"] = env_text(inputs, release_of(row))
    body = {column: value for column, value in wanted.items() if not same(column, row.get(column), value)}
    if body:
        ctx.server.write("application.update", {"applicationId": id, **body}, repeatable=True)
    return set(body)
