"""The procedures that redis.* and postgres.* share: a database is a service with one volume, deployed at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from . import views
from .columns import STATUSES, UPDATE
from .environment import parse
from .errors import bad_request, not_found, server_error
from .ids import app_name, nanoid
from .procedure import Call, Router
from .procedures.mounts import COLUMNS as MOUNT_COLUMNS
from .release import parse_int
from .state import Row, Table
from .swarm import Release
from .validation import (
    ID,
    NULLABLE_TEXT,
    OPTIONAL_TEXT,
    PRESENT_TEXT,
    Fields,
    Number,
    OneOf,
    Rule,
    Text,
)

_SWARM = (
    "healthCheckSwarm",
    "restartPolicySwarm",
    "placementSwarm",
    "updateConfigSwarm",
    "rollbackConfigSwarm",
    "modeSwarm",
    "labelsSwarm",
    "networkSwarm",
    "stopGracePeriodSwarm",
    "endpointSpecSwarm",
    "ulimitsSwarm",
)
_PLAIN = (
    "description",
    "command",
    "args",
    "env",
    "memoryReservation",
    "memoryLimit",
    "cpuReservation",
    "cpuLimit",
    "externalPort",
)
_FOUND = ("name", "appName", "description", "environmentId", "applicationStatus", "createdAt")


@dataclass(frozen=True, kw_only=True)
class Database:
    """What one kind of database has of its own. `required` are the texts that a create must bring."""

    kind: str
    image: str
    folder: str
    password: Rule = ID
    required: Fields = field(default_factory=dict)
    has_backups: bool = False

    @property
    def id(self) -> str:
        return f"{self.kind}Id"

    @property
    def title(self) -> str:
        return self.kind.capitalize()

    def table(self, call: Call) -> Table:
        return call.state.databases[self.kind]

    def row(self, call: Call) -> Row:
        try:
            row = self.table(call)[call.data[self.id]]
        except KeyError:
            raise not_found(self.title) from None
        call.owned(call.state.project_of(row), self.title)
        return row

    def joined(self, call: Call, row: Row) -> Row:
        env = call.state.environments[row["environmentId"]]
        place = {**env, "project": dict(call.state.projects[env["projectId"]])}
        mounts = [dict(mount) for mount in call.state.of(call.state.mounts, self.id, row[self.id])]
        full: Row = {**row, "environment": place, "mounts": mounts, "server": None}
        if self.has_backups:
            own = call.state.of(call.state.backups, self.id, row[self.id])
            full["backups"] = [views.full_backup(call.state, backup) for backup in own]
        return full

    def new(self, call: Call) -> Row:
        env = views.environment(call.state, call.data["environmentId"])
        data = dict(call.data)
        row = {
            self.id: nanoid(),
            "name": data["name"],
            **dict.fromkeys((*_PLAIN, *_SWARM)),
            **{name: data[name] for name in (*self.required, "description", "databasePassword") if name in data},
            "appName": app_name(self.kind, data.get("appName")),
            "databasePassword": data["databasePassword"] or secrets.token_hex(8),
            "dockerImage": data.get("dockerImage", self.image),
            "createdAt": call.world.stamp(),
            "applicationStatus": "idle",
            "replicas": 1,
            "environmentId": env["environmentId"],
            "serverId": None,
            "networkIds": [],
            "detachDokployNetwork": False,
        }
        self.table(call)[row[self.id]] = row
        mount = {
            **dict.fromkeys(MOUNT_COLUMNS),
            "mountId": nanoid(),
            "type": "volume",
            "volumeName": f"{row['appName']}-data",
            "serviceType": self.kind,
            "mountPath": self.folder,
            self.id: row[self.id],
        }
        call.state.mounts[mount["mountId"]] = mount
        return row

    def apply(self, call: Call, row: Row) -> None:
        """Pull and update the service; "done" says nothing about the database."""
        outcome = call.world.queue.outcome_of(row["name"])
        if outcome == "pull_failure":
            row["applicationStatus"] = "error"
            reason = f"manifest for {row['dockerImage']} not found: manifest unknown: manifest unknown"
            raise server_error(f"Error on deploy {self.kind}Error: Error response from daemon: {reason}\n")
        mounts = []
        for mount in call.state.of(call.state.mounts, self.id, row[self.id]):
            name = mount["volumeName"]
            source = f"/var/lib/docker/volumes/{name}/_data"
            place = {"Destination": mount["mountPath"], "RW": True}
            mounts.append({"Type": "volume", "Name": name, "Source": source, "Driver": "local", **place})
        release = Release(
            image=row["dockerImage"],
            env=tuple(f"{key}={value}" for key, value in parse(row["env"]).items()),
            outcome=outcome,
            replicas=row["replicas"],
            memory=parse_int(row["memoryLimit"]),
            nano_cpus=parse_int(row["cpuLimit"]),
            health=row["healthCheckSwarm"],
            mounts=tuple(mounts),
        )
        call.world.swarm.apply(row["appName"], release, call.world.now())
        row["applicationStatus"] = "done"


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

    swarm = {name: UPDATE[name] for name in (*_SWARM, *_PLAIN, "replicas", "networkIds") if name in UPDATE}

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
        return views.page([views.pick(row, database.id, *_FOUND) for row in found], call.data)

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
