"""How a resource is described to the tests that hold for every one: a valid example, and single changes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Kept, Provider

Rows = dict[str, dict[str, Any]]
PARENT = "parent"
"""The name of what only serves an example: a project, an application, a destination."""


@dataclass(frozen=True, kw_only=True)
class Case:
    kind: str
    table: str
    """The simulator's table (`databases.redis`: a table of tables), and in `create` the procedure that adds to it."""
    create: str
    valid: dict[str, Any]
    """Without the ids of others."""
    parent: str | None = None
    """The property that names the object above."""
    beside: tuple[str, ...] = ()
    """Further properties that name other objects."""
    changes: tuple[tuple[dict[str, Any], str], ...] = ()
    """Updates in place: what changes, and the path at which the difference is shown."""
    edits: tuple[tuple[str, Any, str], ...] = ()
    """Edits in Dokploy's UI: column, value, and the path at which a refresh shows it."""
    replacing: tuple[tuple[dict[str, Any], str], ...] = ()
    label: str = ""
    """Tells the cases of one kind apart."""
    server_wide: bool = False
    """Whether a key of another organisation sees or makes it as its own."""
    missing_id: str = "no-such-id"
    written_whole: bool = False
    """Whether every write makes the whole of it, so that it may be sent again and brings back what was deleted."""

    def __str__(self) -> str:
        return "-".join(filter(None, (self.kind, self.label)))

    def properties(self, provider: Provider, **change: Any) -> dict[str, Any]:
        """The valid example under a new parent."""
        ids = ((self.parent, *self.beside)) if self.parent else self.beside
        return with_change({**{property: _made(provider, property) for property in ids}, **self.valid}, change)

    def make(self, provider: Provider, **change: Any) -> tuple[Kept, dict[str, Any]]:
        properties = self.properties(provider, **change)
        return provider.create(self.kind, properties), properties

    def all_rows(self, simulator: Simulator) -> Rows:
        found: Any = simulator.state
        for name in self.table.split("."):
            found = found[name] if isinstance(found, dict) else getattr(found, name)
        rows: Rows = found
        return rows

    def rows(self, simulator: Simulator) -> Rows:
        """The rows of this kind, without those that only serve others and the environments Dokploy makes."""
        return {
            id: row
            for id, row in self.all_rows(simulator).items()
            if not str(row.get("name")).startswith(PARENT) and row.get("name") != "production"
        }

    def row(self, simulator: Simulator, id: str) -> dict[str, Any]:
        """The row whose columns `edits` names."""
        return self.all_rows(simulator)[id]

    def drop(self, simulator: Simulator, id: str) -> None:
        """As when somebody deletes it in Dokploy."""
        self.all_rows(simulator).pop(id)


def with_change(properties: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """The properties with some replaced, or removed where the change says None."""
    return {key: value for key, value in {**properties, **change}.items() if value is not None}


def _made(provider: Provider, property: str) -> str:
    def create(kind: str, **properties: Any) -> Kept:
        return provider.create(kind, {"name": PARENT, **properties}, name=PARENT)

    if property == "destinationId":
        bucket = {"bucket": "backups", "endpoint": "https://s3.example", "accessKey": "id", "secretAccessKey": "of it"}
        return create("Destination", **bucket).id
    if property == "registryId":
        return create("Registry", url="", username="robot", password="s3cret-of-robot").id
    project = create("Project")
    environment: str = project.state["defaultEnvironmentId"]
    match property:
        case "projectId":
            return project.id
        case "environmentId":
            return environment
        case _:
            return create("Application", environmentId=environment, image={"reference": "web:1"}).id
