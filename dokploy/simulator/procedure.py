"""How a procedure of the API is written down: its verb, the rules of its input, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from .errors import unauthorized
from .keys import Key
from .state import Row, State
from .validation import Fields, Rule
from .world import World


class _Empty:
    """An answer without a body: status 200, content type JSON, no bytes."""


EMPTY: Final = _Empty()


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that passed authentication and validation."""

    world: World
    key: Key
    data: dict[str, Any]

    @property
    def state(self) -> State:
        return self.world.state

    def owns(self, row: Row) -> bool:
        """Whether the row lies in the organisation of the call's key."""
        return bool(row["organizationId"] == self.key.organization_id)

    def owned(self, row: Row, what: str) -> Row:
        """The row, or the 401 that a key of another organisation gets."""
        if not self.owns(row):
            raise unauthorized(f"You are not allowed to access this {what}")
        return row


Body = Callable[[Call], Any]


@dataclass(frozen=True, kw_only=True)
class Procedure:
    name: str
    verb: str
    fields: Fields
    body: Body


class Router:
    """The procedures of one router; `router.query(...)` and `router.mutation(...)` decorate their bodies."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.procedures: list[Procedure] = []

    def query(self, name: str, /, **fields: Rule) -> Callable[[Body], Body]:
        return self._add(name, "GET", fields)

    def mutation(self, name: str, /, **fields: Rule) -> Callable[[Body], Body]:
        return self._add(name, "POST", fields)

    def _add(self, name: str, verb: str, fields: Fields) -> Callable[[Body], Body]:
        def add(body: Body) -> Body:
            self.procedures.append(Procedure(name=f"{self.name}.{name}", verb=verb, fields=fields, body=body))
            return body

        return add
