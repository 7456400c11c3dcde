"""What gets lost when calls overlap: Dokploy reads a Traefik file, changes it and writes it back, without a lock.

Each such call reads the files, works for a moment, and writes its own change onto what it has read; what others
wrote meanwhile is gone from the file, though not from the database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

from .traefik import dump
from .world import World

_ROUTERS = ("domain.", "security.", "redirects.")
Files = dict[str, str]


def files_read(world: World, verb: str, name: str) -> Files | None:
    """The files as this call read them a moment before it writes; None for a call that writes none."""
    if verb != "POST" or not (name.startswith(_ROUTERS) or name == "application.delete"):
        return None
    with world.lock:
        files = dict(world.state.traefik)
    time.sleep(world.timings.traefik_s)
    return files


@contextmanager
def written_onto(files: Files | None, world: World) -> Iterator[None]:
    """While this runs, changes of the files are changes of these older ones."""
    current = world.state.traefik
    before = dict(current)
    yield
    for path in {*before, *current} if files is not None and files != before else ():
        if before.get(path) != current.get(path) and path in current:
            older, base = (yaml.safe_load(kept.get(path, "")) or {} for kept in (files or {}, before))
            current[path] = dump(_patched(older, base, yaml.safe_load(current[path])))


def _patched(older: Any, base: Any, mine: Any) -> Any:
    """`older` with the change that leads from `base` to `mine`."""
    if not all(isinstance(value, dict) for value in (older, base, mine)):
        return mine if base != mine else older
    keys = [key for key in older if key in mine or key not in base]
    keys += [key for key in mine if key not in older and base.get(key) != mine[key]]
    # A key that neither had before is new as a whole; one that only `mine` lacks is gone.
    return {
        key: _patched(older.get(key, {}), base.get(key, {}), mine[key]) if key in mine else older[key] for key in keys
    }
