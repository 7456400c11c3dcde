"""When a change of an application has to be deployed, and whether it has to be built for that."""

from __future__ import annotations

from typing import Any

from dokploy.release import new_generation
from dokploy.resources.application_inputs import ApplicationInputs
from dokploy.resources.application_row import WITHOUT_DEPLOYMENT

_NOT_DEPLOYED = {
    *("name", "description", "environmentId", "allowReferences", "removeVolumes"),
    *("autoDeploy", "watchPaths", "previews"),
}

_RELOADED = {
    "args",
    "command",
    "cpuLimit",
    "cpuReservation",
    "detachDokployNetwork",
    "healthCheck",
    "labels",
    "memoryLimit",
    "memoryReservation",
    "networkIds",
    "placement",
    "replicas",
    "restartPolicy",
    "rollbackPolicy",
    "stopGracePeriodSeconds",
    "ulimits",
    "updatePolicy",
}
"""Properties that Swarm takes from a reload: they are no part of what is built."""


def needs_deployment(old: ApplicationInputs, new: ApplicationInputs) -> bool:
    """Whether the change takes effect only with a deployment or a reload."""
    return _without(old, _NOT_DEPLOYED) != _without(new, _NOT_DEPLOYED)


def generation_after(before: str, old: ApplicationInputs, new: ApplicationInputs, written: set[str]) -> str:
    """The generation after an update that wrote these columns.

    A write whose answer was lost finds nothing to write any more, but it still has to be deployed; columns that had
    drifted are written although the inputs are the same.
    """
    if not needs_deployment(old, new) and not written - WITHOUT_DEPLOYMENT:
        return before
    return new_generation(before, build=not _is_reload(old, new))


def _is_reload(old: ApplicationInputs, new: ApplicationInputs) -> bool:
    """Whether the inputs differ, and only in what a reload brings: drift alone may have been anything."""
    reloaded = set(_RELOADED)
    if old.image is not None and new.image is not None:
        # Into other builds the variables are baked.
        reloaded.add("env")
    if not needs_deployment(old, new):
        return False
    return _without(old, _NOT_DEPLOYED | reloaded) == _without(new, _NOT_DEPLOYED | reloaded)


def _without(inputs: ApplicationInputs, names: set[str]) -> dict[str, Any]:
    return {key: value for key, value in inputs.properties().items() if key not in names}
