"""The file for `pulumi import --file`: each object under the name and the parent that it has in this program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dokploy import VERSION

NAME = "chatzwa"
"""What `__main__.py` names the components, and their children after them."""


@dataclass(frozen=True, kw_only=True)
class Adopted:
    """One object of Dokploy and the resource that it becomes."""

    kind: str
    role: str
    """The end of its name in the program, such as `volume-database`."""
    id: str
    component: str
    """The component that it is a child of."""

    @property
    def name(self) -> str:
        return named(self.role)


def named(role: str) -> str:
    """The name of a resource of the program."""
    return f"{NAME}-{role}"


def import_file(adopted: list[Adopted]) -> dict[str, Any]:
    """The file's content. Components come first, since a child needs its parent in the state."""
    components = list(dict.fromkeys(each.component for each in adopted))
    return {"resources": [*map(_component, components), *_objects(adopted)]}


def _component(kind: str) -> dict[str, Any]:
    # All components have one name; within the file each needs one of its own.
    return {"type": f"chatzwa:index:{kind}", "name": _parent(kind), "logicalName": NAME, "component": True}


def _objects(adopted: list[Adopted]) -> Iterator[dict[str, Any]]:
    for each in adopted:
        yield {
            "type": f"dokploy:index:{each.kind}",
            "name": each.name,
            "id": each.id,
            "parent": _parent(each.component),
            "version": VERSION,
        }


def _parent(kind: str) -> str:
    return f"{NAME}{kind}"
