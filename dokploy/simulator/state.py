"""The tables: plain rows as Dokploy returns them, in insertion order.

A test may write to them, as an edit in Dokploy's UI does: `sim.state.applications[id]["replicas"] = 3`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Table = dict[str, Row]


@dataclass(kw_only=True)
class State:
    organizations: Table = field(default_factory=dict)
    members: Table = field(default_factory=dict)  # by user id
    projects: Table = field(default_factory=dict)
    environments: Table = field(default_factory=dict)
    applications: Table = field(default_factory=dict)
    domains: Table = field(default_factory=dict)
    mounts: Table = field(default_factory=dict)
    schedules: Table = field(default_factory=dict)
    deployments: Table = field(default_factory=dict)
    redirects: Table = field(default_factory=dict)
    security: Table = field(default_factory=dict)
    ports: Table = field(default_factory=dict)
    registries: Table = field(default_factory=dict)
    destinations: Table = field(default_factory=dict)
    volume_backups: Table = field(default_factory=dict)
    rollbacks: Table = field(default_factory=dict)
    ssh_keys: Table = field(default_factory=dict)
    databases: dict[str, Table] = field(default_factory=lambda: {"redis": {}, "postgres": {}})
    backups: Table = field(default_factory=dict)
    git_providers: Table = field(default_factory=dict)
    servers: Table = field(default_factory=dict)
    tags: Table = field(default_factory=dict)
    project_tags: list[Row] = field(default_factory=list)
    notifications: Table = field(default_factory=dict)
    channels: Table = field(default_factory=dict)  # of notifications, by <kind>Id
    logs: dict[str, str] = field(default_factory=dict)  # by deployment id
    traefik: dict[str, str] = field(default_factory=dict)  # by path
    accessed: dict[str, list[str]] = field(
        default_factory=lambda: {"Projects": [], "Environments": [], "Services": []}
    )  # what the owner ever created, as user.get lists it
    domain_key: int = 0  # uniqueConfigKey of the newest domain
    redirect_key: int = 0

    def of(self, table: Table, key: str, value: Any) -> list[Row]:
        return [row for row in table.values() if row[key] == value]

    def project_of(self, service: Row) -> Row:
        return self.projects[self.environments[service["environmentId"]]["projectId"]]

    def drop_application(self, application_id: str) -> None:
        """What the database's cascade removes with an application."""
        del self.applications[application_id]
        for table in (
            self.domains,
            self.mounts,
            self.schedules,
            self.redirects,
            self.security,
            self.ports,
            self.volume_backups,
            self.deployments,
        ):
            for key in [k for k, row in table.items() if row["applicationId"] == application_id]:
                del table[key]

    def drop_database(self, kind: str, key: str) -> None:
        del self.databases[kind][key]
        for mount in self.of(self.mounts, f"{kind}Id", key):
            del self.mounts[mount["mountId"]]
        if kind == "postgres":
            for backup in self.of(self.backups, "postgresId", key):
                del self.backups[backup["backupId"]]

    def drop_environment(self, environment_id: str) -> None:
        for app in self.of(self.applications, "environmentId", environment_id):
            self.drop_application(app["applicationId"])
        for kind, table in self.databases.items():
            for row in self.of(table, "environmentId", environment_id):
                self.drop_database(kind, row[f"{kind}Id"])
        del self.environments[environment_id]
