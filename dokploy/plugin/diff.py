"""What changed between two sets of inputs, path by path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from dokploy.plugin.properties import Path, is_unknown, path_text

Kind = Literal["ADD", "DELETE", "UPDATE"]


@dataclass(frozen=True)
class Change:
    """One property that differs; `replaces` where Dokploy cannot change it in place."""

    path: Path
    kind: Kind
    replaces: bool

    @property
    def text(self) -> str:
        return path_text(self.path)


def changes(
    old: dict[str, Any], new: dict[str, Any], replacing: Iterable[str], ignored: Iterable[str] = ()
) -> list[Change]:
    """The differences between two canonical sets of properties.

    `replacing` are properties whose change replaces the object; `ignored` are the paths of `ignoreChanges`.
    """
    replacing, ignored = set(replacing), list(ignored)
    return [
        Change(path, kind, replaces=path[0] in replacing)
        for path, kind in _differences(old, new, ())
        if not any(_covers(pattern, path_text(path)) for pattern in ignored)
    ]


def _differences(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Kind]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            here = (*path, key)
            if key not in new:
                yield here, "DELETE"
            elif key not in old:
                yield here, "ADD"
            else:
                yield from _differences(old[key], new[key], here)
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            yield from _differences(before, after, (*path, index))
    elif is_unknown(new) or old != new:
        yield path, "UPDATE"


def _covers(pattern: str, path: str) -> bool:
    return path == pattern or path.startswith((f"{pattern}.", f"{pattern}["))
