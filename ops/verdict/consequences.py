"""What a change costs and interrupts: the tier before and after, and which containers start anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ops.verdict.model import Change, Restart, Sizes
from ops.verdict.values import at

Inputs = Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]]
"""By URN: the inputs before and after."""

TIER = "chatzwa:index:ResourceTier"
APPLICATION = "dokploy:index:Application"
DEPLOYMENT = "dokploy:index:Deployment"
CONTAINER = "docker:index/container:Container"


def sizes_of(inputs: Inputs) -> tuple[Sizes | None, Sizes | None]:
    """The tier before and after, as the stack's ResourceTier states it."""
    for urn, (old, new) in inputs.items():
        if _type(urn) == TIER:
            return _sizes(old), _sizes(new)
    return None, None


def restarts_of(changes: Sequence[Change], inputs: Inputs) -> tuple[Restart, ...]:
    """Each container that the change starts anew.

    On Dokploy it is the Deployment that does so, in the application's order: `stop-first` ends the old container
    before the new one starts. On Docker a container is always removed before it is made anew.
    """
    found = []
    for change in changes:
        if change.type == DEPLOYMENT and change.operation != "delete":
            found.append(_deployed(change, inputs))
        elif change.type == CONTAINER and change.operation in {"create", "replace"}:
            again = change.operation == "replace"
            why = "Docker removes a container before it makes the new one" if again else "nothing runs yet"
            found.append(Restart(name=change.name, reason=_reason(change), downtime=again, why=why))
    return tuple(found)


def _deployed(change: Change, inputs: Inputs) -> Restart:
    order = next(
        (at(new, "updatePolicy.order") for urn, (_, new) in inputs.items() if _type(urn) == APPLICATION and new), None
    )
    if change.operation == "create":
        return Restart(name=change.name, reason="first deployment", downtime=False, why="nothing runs yet")
    # One SQLite file takes one container at a time, so that anything else than start-first counts as stop-first.
    stops = order != "start-first"
    why = "stop-first: the old container ends before the new one starts" if stops else "start-first"
    return Restart(name=change.name, reason=_reason(change), downtime=stops, why=why)


def _reason(change: Change) -> str:
    paths = change.reasons or tuple(path.path for path in change.paths)
    return ", ".join(paths) or change.operation


def _sizes(inputs: Mapping[str, Any]) -> Sizes | None:
    tier = inputs.get("tier")
    if not isinstance(tier, Mapping):
        return None
    return Sizes(
        tier=str(tier.get("name", "custom")),
        memory=str(tier.get("memory", "")),
        cpu=str(tier.get("cpu", "")),
        storage=str(tier.get("storage", "")),
    )


def _type(urn: str) -> str:
    return urn.split("::")[2].rpartition("$")[2]
