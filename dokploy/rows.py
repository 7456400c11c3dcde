"""What the resources do with Dokploy's rows: find what an interrupted run left, and remove what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from dokploy import dotenv
from dokploy.errors import NotFound
from dokploy.resource import Context

Row = dict[str, Any]

VARIABLES = ("env", "buildArgs", "buildSecrets", "previewEnv", "previewBuildArgs", "previewBuildSecrets")
"""Columns that hold variables as one text."""


def leftover(ctx: Context, rows: Iterable[Row], is_ours: Callable[[Row], bool], what: str, id_key: str) -> Row | None:
    """The row that an interrupted run of this resource left: the oldest, since a duplicated environment copies
    descriptions with their markers. Says so where people see it."""
    found = [row for row in rows if is_ours(row)]
    if not found:
        return None
    row = min(found, key=lambda row: str(row.get("createdAt", "")))
    ctx.log("info", f"adopting {what} {row[id_key]}, left by an interrupted run")
    return row


def same(column: str, old: Any, new: Any) -> bool:
    """Whether two values of a column mean the same: nothing is kept as null, as empty text or as an empty list, no as
    null or as false, and variables may be written in several ways."""
    if column in VARIABLES:
        return dotenv.parse(old or "") == dotenv.parse(new or "")
    if isinstance(new, bool):
        return bool(old) == new
    return (None if old in ("", []) else old) == (None if new in ("", []) else new)


def listed(ctx: Context, router: str, id_key: str, id: str) -> Row | None:
    """The object's row in the list of its kind, which one call reads for all of them; None when it is gone."""
    for row in ctx.server.read(f"{router}.all"):
        if row[id_key] == id:
            found: Row = row
            return found
    with suppress(NotFound):
        # A list holds what the key's own organisation has; of another's this says that it may not be read.
        ctx.server.claim(f"{router}.one", **{id_key: id})
    return None


def remove(ctx: Context, procedure: str, body: Mapping[str, Any], *, claim: str | None = None) -> None:
    """Remove an object; one that is gone already is a success. `claim` names the query that proves whose it is."""
    try:
        if claim is not None:
            ctx.server.claim(claim, **body)
        ctx.server.write(procedure, body, repeatable=True)
    except NotFound:
        return
