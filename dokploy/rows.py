"""What the resources do with Dokploy's rows: find what an interrupted run left, and remove what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dokploy.errors import NotFound
from dokploy.resource import Context

Row = dict[str, Any]


def leftover(ctx: Context, rows: Iterable[Row], is_ours: Callable[[Row], bool], what: str, id_key: str) -> Row | None:
    """The row that an interrupted run of this resource left: the oldest, since a duplicated environment copies
    descriptions with their markers. Says so where people see it."""
    found = [row for row in rows if is_ours(row)]
    if not found:
        return None
    row = min(found, key=lambda row: str(row.get("createdAt", "")))
    ctx.log("info", f"adopting {what} {row[id_key]}, left by an interrupted run")
    return row


def remove(ctx: Context, procedure: str, body: Mapping[str, Any]) -> None:
    """Remove an object; one that is gone already is a success."""
    try:
        ctx.server.write(procedure, body, repeatable=True)
    except NotFound:
        return
