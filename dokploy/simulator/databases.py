"""A database of redis.* and postgres.*: its row, its one volume, and the service that it is deployed as."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from . import views
from .environment import parse
from .errors import not_found, server_error
from .ids import app_name, nanoid
from .procedure import Call
from .procedures.mounts import COLUMNS as MOUNT_COLUMNS
from .release import parse_int
from .services import Release
from .state import Row, Table
from .validation import (
    ID,
    Fields,
    Rule,
)

SWARM = (
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
PLAIN = (
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
            **dict.fromkeys((*PLAIN, *SWARM)),
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
