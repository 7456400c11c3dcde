"""The answer to the engine's question what an update would change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pulumi.runtime.proto import provider_pb2

from dokploy.plugin.diff import changes


def diff_response(
    old: dict[str, Any],
    new: dict[str, Any],
    replacing: Iterable[str] = (),
    ignored: Iterable[str] = (),
    *,
    delete_first: bool = True,
) -> Any:
    """A DiffResponse of two canonical sets of properties, path by path; what is unknown counts as changed."""
    found = changes(old, new, replacing, ignored)
    response = provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if found else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=sorted({str(change.path[0]) for change in found}),
        replaces=sorted({str(change.path[0]) for change in found if change.replaces}),
        deleteBeforeReplace=delete_first,
        hasDetailedDiff=True,
    )
    for change in found:
        kind = f"{change.kind}_REPLACE" if change.replaces else change.kind
        response.detailedDiff[change.text].CopyFrom(
            provider_pb2.PropertyDiff(kind=provider_pb2.PropertyDiff.Kind.Value(kind), inputDiff=True)
        )
    return response
