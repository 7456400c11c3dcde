"""One resource as the engine shows it to the pack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar

from sop.views.fields import Fields

_PRODUCTION = re.compile(r"(?<!non)(?<!pre)(?:^|[-_.])(?:prod(?:uction)?|prd|live)\d*(?:[-_.]|$)", re.IGNORECASE)


def stack_of(urn: str) -> str:
    """The stack's name. The engine tells the pack no other way which stack it judges."""
    return urn.split(":", 3)[2]


def is_production(stack: str) -> bool:
    """Whether a stack is one of production: `production`, `prod-eu`, `chatzwa-prd`, `Live2`; not `non-prod`."""
    return _PRODUCTION.search(stack) is not None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A resource: its inputs while it is judged alone, its outputs while the whole stack is judged."""

    type: str
    urn: str
    name: str
    fields: Fields = field(repr=False)
    protected: bool = False

    @property
    def stack(self) -> str:
        return stack_of(self.urn)

    def below(self, component: str) -> bool:
        """Whether a component of this type is among its parents."""
        return f"{component}$" in self.urn.split("::")[2]


@dataclass(frozen=True, kw_only=True)
class Stateful:
    """What holds data, or is the way to it: deleting it loses the data or the address of it."""

    TYPES: ClassVar[frozenset[str]] = frozenset(
        {
            "dokploy:index:Project",
            "dokploy:index:Environment",
            "dokploy:index:Application",
            "dokploy:index:Mount",
            "dokploy:index:Postgres",
            "dokploy:index:Redis",
            "docker:index/volume:Volume",
        }
    )
    protected: bool
    adopted: bool
    """The environment that Dokploy makes with a project is never deleted."""

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Stateful]:
        yield cls(
            protected=resource.protected,
            adopted=resource.type == "dokploy:index:Environment" and resource.fields.text("name") == "production",
        )
