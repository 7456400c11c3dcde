"""What a stack's exported state says without running Pulumi again: its outputs, and the deployment as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ops.verify.hidden import is_hidden

ROOT = "pulumi:pulumi:Stack"
DEPLOYMENT, APPLICATION = "dokploy:index:Deployment", "dokploy:index:Application"

State = Mapping[str, Any]
"""The part `deployment` of what `pulumi stack export` prints."""


def outputs_of(state: State) -> dict[str, Any]:
    """The stack's outputs that are no secret; the release is the one of the deployment.

    A rollback refreshes the deployment, while the stack's own outputs stay those of the last `up`.
    """
    root: Mapping[str, Any] = next(iter(resources_of(state, ROOT)), {})
    outputs = {key: value for key, value in (root.get("outputs") or {}).items() if not is_hidden(value)}
    now = next(iter(resources_of(state, DEPLOYMENT)), {}).get("outputs")
    if now and "release" in outputs:
        outputs |= {"release": now["release"], "deployment_id": now["deploymentId"]}
    return outputs


def resources_of(state: State, *types: str) -> list[Mapping[str, Any]]:
    """The resources of these types, but none that waits to be deleted."""
    return [each for each in state.get("resources") or [] if each["type"] in types and not each.get("delete")]
