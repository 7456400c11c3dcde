"""What a look-up is made of: it finds an object that this stack does not manage, and changes nothing."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from dokploy.errors import Conflict, NotFound
from dokploy.resource import Model
from dokploy.rows import Row
from dokploy.server import Server

I = TypeVar("I", bound=Model)  # noqa: E741 - I and O are what the two sides of a look-up are called here
O = TypeVar("O", bound=Model)  # noqa: E741 - outputs, as I stands for inputs


class Lookup(ABC, Generic[I, O]):
    """One function of the provider: `dokploy:index:<name>`."""

    name: ClassVar[str]
    Inputs: type[I]
    Outputs: type[O]

    @abstractmethod
    def find(self, server: Server, inputs: I) -> O:
        """The object; NotFound where there is none, Conflict where the name fits several."""

    @classmethod
    def token(cls) -> str:
        return f"dokploy:index:{cls.name}"


def the_only(rows: Iterable[Row], key: str, value: str, what: str) -> Row:
    """The row whose column has this value. Dokploy's names are not unique, so that two are an error, not a choice."""
    found = [row for row in rows if row[key] == value]
    if not found:
        raise NotFound(f"there is no {what} named {value!r}")
    if len(found) > 1:
        raise Conflict(f"there are {len(found)} {what}s named {value!r}: rename all but one in Dokploy")
    return found[0]
