"""The procedures that redis.* and postgres.* share: a database is deployed in the call itself."""

from __future__ import annotations

from typing import Any

from . import views
from .columns import STATUSES, UPDATE
from .databases import PLAIN, SWARM, Database
from .errors import bad_request, server_error
from .procedure import Call, Router
from .state import Row
from .validation import (
    ID,
    NULLABLE_TEXT,
    OPTIONAL_TEXT,
    PRESENT_TEXT,
    Fields,
    Number,
    OneOf,
    Text,
)

FOUND = ("name", "appName", "description", "environmentId", "applicationStatus", "createdAt")


def router_of(database: Database) -> Router:
    """The router with every procedure of this kind of database."""
    router, own = Router(database.kind), {database.id: ID}
    _add_rows(router, database, own)
    _add_service(router, database, own)
    return router


def _add_rows(router: Router, database: Database, own: Fields) -> None:
    @router.mutation(
        "create",
        name=Text(min=1),
        appName=OPTIONAL_TEXT,
        **database.required,
        databasePassword=database.password,
        dockerImage=OPTIONAL_TEXT,
        environmentId=ID,
        description=NULLABLE_TEXT,
        serverId=NULLABLE_TEXT,
    )
    def create(call: Call) -> Any:
        """The answer holds the password; an empty one is generated."""
        return dict(database.new(call))

    @router.query("one", **own)
    def one(call: Call) -> Any:
        return database.joined(call, database.row(call))

    swarm = {name: UPDATE[name] for name in (*SWARM, *PLAIN, "replicas", "networkIds") if name in UPDATE}

    @router.mutation(
        "update",
        **own,
        name=OPTIONAL_TEXT,
        dockerImage=OPTIONAL_TEXT,
        databasePassword=OPTIONAL_TEXT,
        externalPort=Number(optional=True, nullable=True),
        **dict.fromkeys(database.required, OPTIONAL_TEXT),
        **swarm,
    )
    def update(call: Call) -> Any:
        """The row only; a changed password does not reach the database."""
        values = {name: value for name, value in call.data.items() if name != database.id}
        if not values:
            raise server_error("No values to set")
        row = database.table(call).get(call.data[database.id])
        if row is None:
            raise bad_request(f"Error updating {database.title}")
        row.update(values)
        return True

    @router.mutation("saveEnvironment", **own, env=PRESENT_TEXT)
    def save_environment(call: Call) -> Any:
        database.row(call)["env"] = call.data["env"]
        return True

    @router.mutation("changeStatus", **own, applicationStatus=OneOf(values=STATUSES))
    def change_status(call: Call) -> Any:
        row = database.row(call)
        before = database.joined(call, dict(row))
        row["applicationStatus"] = call.data["applicationStatus"]
        return before

    names = ("q", "name", "appName", "description", "projectId", "environmentId")

    @router.query(
        "search",
        **dict.fromkeys(names, OPTIONAL_TEXT),
        limit=Number(default=20, min=1, max=100),
        offset=Number(default=0, min=0),
    )
    def search(call: Call) -> Any:
        rows = database.table(call).values()
        found = views.search(rows, call.data, "name", "appName", "description", "environmentId")
        return views.page([views.pick(row, database.id, *FOUND) for row in found], call.data)

    @router.mutation("remove", **own)
    def remove(call: Call) -> Any:
        """The service goes, its volume stays."""
        row = database.row(call)
        gone = database.joined(call, row)
        call.state.drop_database(database.kind, row[database.id])
        call.world.swarm.remove(row["appName"])
        return gone


def _add_service(router: Router, database: Database, own: Fields) -> None:
    def deployed(call: Call) -> Row:
        """Deploy, and answer with the row from before."""
        row = database.row(call)
        before = database.joined(call, dict(row))
        database.apply(call, row)
        return before

    @router.mutation("deploy", **own)
    def deploy(call: Call) -> Any:
        return deployed(call)

    @router.mutation("rebuild", **own)
    def rebuild(call: Call) -> Any:
        """Wipes the volume."""
        deployed(call)
        return True

    @router.mutation("reload", **own, appName=Text(present=True))
    def reload(call: Call) -> Any:
        deployed(call)
        return True

    def scaled(call: Call, replicas: int, status: str) -> Row:
        row = database.row(call)
        before = database.joined(call, dict(row))
        if row["appName"] in call.world.swarm.services:
            call.world.swarm.scale(row["appName"], replicas, call.world.now())
        row["applicationStatus"] = status
        return before

    @router.mutation("start", **own)
    def start(call: Call) -> Any:
        return scaled(call, 1, "done")

    @router.mutation("stop", **own)
    def stop(call: Call) -> Any:
        return scaled(call, 0, "idle")

    @router.mutation("saveExternalPort", **own, externalPort=Number(nullable=True))
    def save_external_port(call: Call) -> Any:
        """Any number is taken; deploys, and answers with the row from before."""
        row = database.row(call)
        before = database.joined(call, dict(row))
        row["externalPort"] = call.data["externalPort"]
        database.apply(call, row)
        return before

    @router.mutation("changePassword", **own, password=database.password)
    def change_password(call: Call) -> Any:
        """In the running database and in the row; there has to be a running container."""
        row = database.row(call)
        if not any(task.alive for _, task in call.world.swarm.containers(row["appName"])):
            command = f"docker exec  {database.kind} CONFIG SET requirepass '{call.data['password']}'"
            raise server_error(f"Command execution failed: Command failed: {command}\nis not running\n")
        row["databasePassword"] = call.data["password"]
        return True
