"""What the provider has, by name, each imported at its first use: a run needs few of the resources, and importing all
of them is most of the plugin's start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import ClassVar, Generic, Protocol, Self, TypeVar, cast


class Named(Protocol):
    """Has the last part of its type token, `dokploy:index:<name>`, as its name."""

    name: ClassVar[str]


N = TypeVar("N", bound=Named)


class Catalogue(Generic[N]):
    """Iterating over it imports everything, in the order of the names.

    `places` says for each name in which module of `package` it lies; the class is the name with a capital.
    """

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package, self._places = package, dict(places)
        self._known: dict[str, N] = {}

    @classmethod
    def of(cls, things: Iterable[N]) -> Self:
        """One of things that are there already."""
        if isinstance(things, cls):
            return things
        made = cls("", {})
        made._known = {thing.name: thing for thing in things}
        made._places = dict.fromkeys(made._known, "")
        return made

    def named(self, name: str) -> N | None:
        """The one of this name, if there is one."""
        if name not in self._places:
            return None
        if name not in self._known:
            module = import_module(f"{self._package}.{self._places[name]}")
            # Two threads may meet here: the first one's is everybody's.
            self._known.setdefault(name, cast(N, getattr(module, name[:1].upper() + name[1:])()))
        return self._known[name]

    def __iter__(self) -> Iterator[N]:
        for name in self._places:
            found = self.named(name)
            assert found is not None
            yield found

    def __len__(self) -> int:
        return len(self._places)
