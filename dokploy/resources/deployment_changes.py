"""What a change of a deployment's inputs asks for: nothing, a reload, or a deployment."""

from __future__ import annotations

from collections.abc import Mapping

from dokploy.release import is_generation, is_rollback, release_of, same_build
from dokploy.resources.deployment_inputs import DeploymentInputs, DeploymentOutputs, DeploymentState
from dokploy.rows import Row

ROLLED_BACK = "rolled back"


def deploys_nothing(state: DeploymentState, inputs: DeploymentInputs) -> bool:
    return inputs.triggers == state.inputs.triggers and state.outputs.status in ("done", ROLLED_BACK)


def has_failed(state: DeploymentState | None, release: str) -> bool:
    """Whether a run before this one has judged this very release, so that a container that runs again is no excuse."""
    return state is not None and (state.outputs.status, state.outputs.release) == ("failed", release)


def gone_back(application: Row) -> DeploymentOutputs | None:
    """What somebody went back to, where they did; the program's own deployment has been left then."""
    release = release_of(application)
    if release is None or not is_rollback(release):
        return None
    of_image = application["sourceType"] == "docker"
    return DeploymentOutputs(
        deployment_id="",
        release=release,
        status=ROLLED_BACK,
        # For a source that is built, the id ends with the commit.
        image_or_commit=application["dockerImage"] if of_image else release.rpartition("-")[2],
    )


def is_decided(old: Mapping[str, str], new: Mapping[str, str]) -> bool:
    """Whether something was changed that stands in the program as a trigger, and no generation that follows."""
    return any(old.get(key) != text and not is_generation(text) for key, text in new.items())


def needs_no_build(state: DeploymentState, triggers: Mapping[str, str]) -> bool:
    """Whether all that changed are generations whose build half is the same: a reload is enough for those."""
    if state.outputs.status != "done" or state.inputs.triggers.keys() != triggers.keys():
        return False
    changed = [(state.inputs.triggers[key], triggers[key]) for key in triggers]
    return all(old == new or same_build(old, new) for old, new in changed)
