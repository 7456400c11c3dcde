"""What the databases that Dokploy runs have in common: a service with one volume, deployed in the call itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Generic, TypeVar

from pydantic import Field

from dokploy import dotenv, marker, units
from dokploy.errors import DokployError, NotFound, ServerFailure
from dokploy.fields import Cpu, Id, Memory, Name, Port, Variables
from dokploy.naming import service_name
from dokploy.polling import WaitEndedError, wait_for
from dokploy.resource import Context, InitializationFailedError, Model, Resource, Secret, State, Trait
from dokploy.rows import Row, leftover, remove

SETTLES_WITHIN_S = 60.0
"""For the first task to run, and for a container that is still stopping before a password is changed."""


class DatabaseInputs(Model):
    """The inputs that all databases share."""

    environment_id: Annotated[Id, Trait.REPLACES] = Field(description="Id of the environment it belongs to.")
    name: Name = Field(description="Name shown in Dokploy; its appName starts with it.")
    description: str | None = Field(None, description="What the database is for.")
    server_id: Annotated[Id | None, Trait.REPLACES] = Field(
        None, description="Id of the remote server that runs it; without one, Dokploy's own."
    )
    env: Variables = Field(default_factory=dict, description="Environment variables of the container.")
    memory_limit: Memory | None = Field(None, description="Such as `512Mi`.")
    memory_reservation: Memory | None = Field(None, description="Such as `256Mi`; not above the limit.")
    cpu_limit: Cpu | None = Field(None, description="Such as `500m` (millicores) or `1` (cores).")
    cpu_reservation: Cpu | None = Field(None, description="Such as `100m`; not above the limit.")
    external_port: Port | None = Field(None, description="Port of the host that leads to it; none is the safe choice.")
    remove_volume: bool = Field(
        False, description="Remove the volume with its data when the resource is deleted. Otherwise it stays."
    )


class DatabaseOutputs(Model):
    """What Dokploy adds."""

    app_name: str = Field(description="Name of the Swarm service, and the host name inside the project's network.")
    volume_name: str = Field(description="Name of the Docker volume that holds the data.")
    internal_url: Secret = Field(description="Address with user and password for applications on the same server.")


D = TypeVar("D", bound=DatabaseInputs)
DatabaseState = State[D, DatabaseOutputs]


class Database(Resource[D, DatabaseOutputs], Generic[D]):
    """A database service. Its procedures are all of one router, such as `redis`."""

    router: ClassVar[str]
    Outputs = DatabaseOutputs

    @abstractmethod
    def own_columns(self, inputs: D) -> Row:
        """What create sends of this kind of database besides the common columns."""

    @abstractmethod
    def own_inputs(self, row: Row) -> Row:
        """The properties of this kind of database that a row holds."""

    @abstractmethod
    def password_of(self, inputs: D) -> str:
        """The password that was asked for."""

    @abstractmethod
    def url(self, inputs: D, app_name: str) -> str:
        """The address for applications, with its login."""

    @property
    def id_key(self) -> str:
        return f"{self.router}Id"

    def create(self, ctx: Context, inputs: D) -> DatabaseState[D]:
        mark = self._marker(ctx, inputs)

        def find() -> Row | None:
            rows = ctx.server.read("environment.one", environmentId=inputs.environment_id)[self.router]
            row = leftover(ctx, rows, lambda row: mark.marks(row["description"]), self.router, self.id_key)
            return None if row is None else self._one(ctx, row[self.id_key])

        def make() -> Row:
            body = {
                "name": inputs.name,
                "appName": service_name(inputs.name),
                "description": mark.on(inputs.description),
                "environmentId": inputs.environment_id,
                "serverId": inputs.server_id,
                **self.own_columns(inputs),
            }
            made: Row = ctx.server.write(f"{self.router}.create", body)
            return made

        row = ctx.server.create_once(find, make, parent=inputs.environment_id)
        state = State(id=row[self.id_key], inputs=inputs, outputs=self._outputs(inputs, row["appName"]))
        try:
            self._apply(ctx, row, inputs)
        except (DokployError, WaitEndedError) as error:
            raise InitializationFailedError(state, str(error)) from error
        return state

    def read(self, ctx: Context, id: str, inputs: D | None, outputs: DatabaseOutputs | None) -> DatabaseState[D] | None:
        try:
            row = self._one(ctx, id)
        except NotFound:
            return None
        found = self._inputs(row)
        if inputs is not None:
            # No column holds this: it is an order for the day of the deletion.
            found = found.model_copy(update={"remove_volume": inputs.remove_volume})
        return State(id=id, inputs=found, outputs=self._outputs(found, row["appName"]))

    def update(self, ctx: Context, state: DatabaseState[D], inputs: D) -> DatabaseState[D]:
        row = self._one(ctx, state.id)
        outputs = self._outputs(inputs, row["appName"])
        try:
            self._apply(ctx, row, inputs)
        except WaitEndedError as ended:
            failed = State(id=state.id, inputs=inputs, outputs=outputs)
            raise InitializationFailedError(failed, str(ended)) from ended
        return State(id=state.id, inputs=inputs, outputs=outputs)

    def delete(self, ctx: Context, state: DatabaseState[D]) -> None:
        remove(ctx, f"{self.router}.remove", {self.id_key: state.id})
        if not state.inputs.remove_volume:
            ctx.log("info", f"the volume {state.outputs.volume_name} stays on the server with its data")
            return
        body = {"volumeName": state.outputs.volume_name}
        wait_for(ctx, lambda: self._try(ctx, "dockerVolume.removeVolume", body), at_most_s=SETTLES_WITHIN_S)

    def unknown_outputs(self, state: DatabaseState[D] | None, inputs: D) -> set[str]:
        if state is None:
            return set(self.schema_outputs())
        return {"internalUrl"} if self.password_of(state.inputs) != self.password_of(inputs) else set()

    def _apply(self, ctx: Context, row: Row, inputs: D) -> None:
        """Bring the service to the inputs; deploy where that is needed."""
        id = row[self.id_key]
        wanted = self._columns(ctx, inputs)
        changed = {column: value for column, value in wanted.items() if row.get(column) != value}
        if changed:
            ctx.server.write(f"{self.router}.update", {self.id_key: id, **changed}, repeatable=True)
        running = row["applicationStatus"] == "done"
        if not running or changed.keys() - {"name", "description"}:
            ctx.server.write(f"{self.router}.deploy", {self.id_key: id}, repeatable=True)
            self._wait_until_running(ctx, row["appName"])
        password = self.password_of(inputs)
        if running and row["databasePassword"] != password:
            body = {self.id_key: id, "password": password}
            procedure = f"{self.router}.changePassword"
            wait_for(ctx, lambda: self._try(ctx, procedure, body), at_most_s=SETTLES_WITHIN_S)
        if row["externalPort"] != inputs.external_port:
            body = {self.id_key: id, "externalPort": inputs.external_port}
            ctx.server.write(f"{self.router}.saveExternalPort", body, repeatable=True)

    def _wait_until_running(self, ctx: Context, app_name: str) -> None:
        def look() -> bool | None:
            tasks = ctx.server.query("docker.getServiceContainersByAppName", appName=app_name) or []
            ctx.log("progress", "starting")
            return True if any(str(task["currentState"]).startswith("Running") for task in tasks) else None

        wait_for(ctx, look, at_most_s=SETTLES_WITHIN_S)

    def _try(self, ctx: Context, procedure: str, body: dict[str, Any]) -> bool | None:
        """A call that fails for a moment while the old container is still stopping."""
        try:
            ctx.server.write(procedure, body, repeatable=True)
        except ServerFailure as error:
            ctx.log("progress", f"waiting for the old container to end: {error}")
            return None
        return True

    def _one(self, ctx: Context, id: str) -> Row:
        row: Row = ctx.server.read(f"{self.router}.one", **{self.id_key: id})
        return row

    def _marker(self, ctx: Context, inputs: D) -> marker.Marker:
        return ctx.marker(inputs.environment_id, inputs.server_id or "")

    def _outputs(self, inputs: D, app_name: str) -> DatabaseOutputs:
        return DatabaseOutputs(
            app_name=app_name, volume_name=f"{app_name}-data", internal_url=self.url(inputs, app_name)
        )

    def _columns(self, ctx: Context, inputs: D) -> Row:
        def raw(text: str | None, parse: Any) -> str | None:
            return None if text is None else str(parse(text))

        own = self.own_columns(inputs)
        return {
            "name": inputs.name,
            "description": self._marker(ctx, inputs).on(inputs.description),
            "dockerImage": own["dockerImage"],
            "env": dotenv.dump(inputs.env) or None,
            "memoryLimit": raw(inputs.memory_limit, units.memory_bytes),
            "memoryReservation": raw(inputs.memory_reservation, units.memory_bytes),
            "cpuLimit": raw(inputs.cpu_limit, units.nano_cpus),
            "cpuReservation": raw(inputs.cpu_reservation, units.nano_cpus),
        }

    def _inputs(self, row: Row) -> D:
        def human(raw: str | None, text: Any) -> str | None:
            return (str(text(int(raw))) if raw.isdigit() else raw) if raw else None

        return self.Inputs.unjudged(
            {
                "environmentId": row["environmentId"],
                "name": row["name"],
                "description": marker.strip(row["description"]) or None,
                "serverId": row["serverId"],
                "env": dotenv.parse(row["env"] or ""),
                "memoryLimit": human(row["memoryLimit"], units.memory_text),
                "memoryReservation": human(row["memoryReservation"], units.memory_text),
                "cpuLimit": human(row["cpuLimit"], units.cpu_text),
                "cpuReservation": human(row["cpuReservation"], units.cpu_text),
                "externalPort": row["externalPort"],
                **self.own_inputs(row),
            }
        )
