"""What all look-ups have in common: one list, and the only row in it that has the name asked for."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar

from pydantic import Field

from dokploy import marker
from dokploy.fields import Name
from dokploy.lookup import Lookup, the_only
from dokploy.resource import Model
from dokploy.rows import Row
from dokploy.server import Server


class NameQuery(Model):
    """Which one."""

    name: Name = Field(description="Name shown in Dokploy.")


Q = TypeVar("Q", bound=NameQuery)
F = TypeVar("F", bound=Model)


class ByName(Lookup[Q, F], Generic[Q, F]):
    """Finds an object by its name; the provider's own marker in a name does not count."""

    what: ClassVar[str]
    """What it is called in messages."""
    column: ClassVar[str] = "name"
    """Where a row has its name."""

    @abstractmethod
    def rows(self, server: Server, inputs: Q) -> list[Row]:
        """Where it is looked for, by a shared read."""

    @abstractmethod
    def found(self, server: Server, row: Row) -> F:
        """What is told of it."""

    def find(self, server: Server, inputs: Q) -> F:
        rows = [{**row, self.column: marker.strip(row[self.column])} for row in self.rows(server, inputs)]
        return self.found(server, the_only(rows, self.column, inputs.name, self.what))
