"""What the databases that Dokploy runs have in common: a service with one volume, deployed in the call itself."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar

from pydantic import Field

from dokploy import dotenv, limits, marker, settling, units
from dokploy.database_inputs import DatabaseInputs
from dokploy.errors import UPDATE_AGAIN, AnswerLost, DokployError, NotFound, ServerFailure
from dokploy.naming import service_name
from dokploy.polling import WaitEndedError, wait_for
from dokploy.resource import Context, InitializationFailedError, Model, Resource, Secret, State
from dokploy.rows import Row, leftover, remove, same
from dokploy.settling import remove_volume, settled

WITHOUT_DEPLOYMENT = {"name", "description"}
"""Columns that take effect at once."""
TRY_AGAIN = f"when that is put right, {UPDATE_AGAIN}"


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
        return self._applied(ctx, row, state)

    def read(self, ctx: Context, id: str, inputs: D | None, outputs: DatabaseOutputs | None) -> DatabaseState[D] | None:
        try:
            row = self._one(ctx, id)
        except NotFound:
            return None
        found = self._inputs(row)
        if inputs is not None:
            # No column holds this: it is an order for the day of the deletion.
            found = found.model_copy(update={"remove_volume": inputs.remove_volume})
        state = State(id=id, inputs=found, outputs=self._outputs(found, row["appName"]))
        if inputs is not None and row["applicationStatus"] == "error":
            # What is stored may be as asked for and still not run; the next update deploys it again.
            raise InitializationFailedError(state, f"its last deployment failed; {TRY_AGAIN}")
        return state

    def update(self, ctx: Context, state: DatabaseState[D], inputs: D) -> DatabaseState[D]:
        row = self._one(ctx, state.id)
        changed = State(id=state.id, inputs=inputs, outputs=self._outputs(inputs, row["appName"]))
        return self._applied(ctx, row, changed, before=state.inputs)

    def delete(self, ctx: Context, state: DatabaseState[D]) -> None:
        remove(ctx, f"{self.router}.remove", {self.id_key: state.id}, claim=f"{self.router}.one")
        volume = state.outputs.volume_name
        if not state.inputs.remove_volume:
            ctx.log("info", f"the volume {volume} stays on the server with its data")
            return
        remove_volume(ctx, volume, state.inputs.server_id)

    def unknown_outputs(self, state: DatabaseState[D] | None, inputs: D) -> set[str]:
        if state is None:
            return set(self.schema_outputs())
        return {"internalUrl"} if self.password_of(state.inputs) != self.password_of(inputs) else set()

    def _applied(self, ctx: Context, row: Row, state: DatabaseState[D], *, before: D | None = None) -> DatabaseState[D]:
        """The state, once the service is as its inputs say; InitializationFailedError where it cannot be brought so."""
        try:
            self._apply(ctx, row, state.inputs, before)
        except DokployError as error:
            raise InitializationFailedError(state, f"{error}; {TRY_AGAIN}") from error
        return state

    def _apply(self, ctx: Context, row: Row, inputs: D, before: D | None) -> None:
        """Write what differs, and deploy where that is needed: also where an interrupted update wrote and did not."""
        own = {self.id_key: row[self.id_key]}
        wanted = self._columns(ctx, inputs)
        changed = {column: value for column, value in wanted.items() if not same(column, row.get(column), value)}
        if changed:
            ctx.server.write(f"{self.router}.update", {**own, **changed}, repeatable=True)
        if row["externalPort"] != inputs.external_port:
            body = {**own, "externalPort": inputs.external_port}
            self._run(ctx, "saveExternalPort", body, row["appName"])
        elif (
            row["applicationStatus"] != "done"
            or changed.keys() - WITHOUT_DEPLOYMENT
            or (before is not None and before.deployed != inputs.deployed)
        ):
            self._run(ctx, "deploy", own, row["appName"])
        password = self.password_of(inputs)
        if row["databasePassword"] != password:
            # Only this reaches the database; the container before it may still be stopping.
            settled(ctx, f"{self.router}.changePassword", {**own, "password": password})

    def _run(self, ctx: Context, call: str, body: Row, app_name: str) -> None:
        """Deploy, which is one call; "done" does not say that the container runs."""
        try:
            ctx.server.write(f"{self.router}.{call}", body)
        except AnswerLost:
            ctx.server.write(f"{self.router}.{call}", body)
        reasons = [""]

        def look() -> bool | None:
            tasks = ctx.server.query("docker.getServiceContainersByAppName", appName=app_name) or []
            reasons.extend(task["error"] for task in tasks if task["error"])
            current = [str(task["currentState"]) for task in tasks if str(task["state"]).lower() == "running"]
            ctx.log("progress", "starting")
            return True if current and all(state.startswith("Running") for state in current) else None

        try:
            wait_for(ctx, look, at_most_s=settling.SETTLES_WITHIN_S)
        except WaitEndedError as ended:
            why = (
                "the run was cancelled" if ended.cancelled else reasons[-1] or f"not in {settling.SETTLES_WITHIN_S:g} s"
            )
            raise ServerFailure(f"{self.router} {app_name} does not run: {why}") from None

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
        own = self.own_columns(inputs)
        return {
            "name": inputs.name,
            "description": self._marker(ctx, inputs).on(inputs.description),
            "dockerImage": own["dockerImage"],
            "env": dotenv.dump(inputs.env) or None,
            "memoryLimit": limits.raw(inputs.memory_limit, units.memory_bytes),
            "memoryReservation": limits.raw(inputs.memory_reservation, units.memory_bytes),
            "cpuLimit": limits.raw(inputs.cpu_limit, units.nano_cpus),
            "cpuReservation": limits.raw(inputs.cpu_reservation, units.nano_cpus),
        }

    def _inputs(self, row: Row) -> D:
        return self.Inputs.unjudged(
            {
                "environmentId": row["environmentId"],
                "name": row["name"],
                "description": marker.strip(row["description"]) or None,
                "serverId": row["serverId"],
                "env": dotenv.parse(row["env"] or ""),
                "memoryLimit": limits.human(row["memoryLimit"], units.memory_text),
                "memoryReservation": limits.human(row["memoryReservation"], units.memory_text),
                "cpuLimit": limits.human(row["cpuLimit"], units.cpu_text),
                "cpuReservation": limits.human(row["cpuReservation"], units.cpu_text),
                "externalPort": row["externalPort"],
                **self.own_inputs(row),
            }
        )
