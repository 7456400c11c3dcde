"""What a change of a deployment's inputs asks for: nothing, a reload, or a deployment."""

from __future__ import annotations

from collections.abc import Mapping

from dokploy.release import is_generation, is_rollback, release_of, runs_with, same_build, settings_digits
from dokploy.resource import Context
from dokploy.resources.deployment_inputs import DeploymentInputs, DeploymentOutputs, DeploymentState
from dokploy.rows import Row
from dokploy.serving import runs
from dokploy.swarm import carry

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
    """Whether something was changed that stands in the program as a trigger, and no generation that follows.

    A preview knows no new generation, so that the old one tells which of them they are.
    """
    return any(old.get(key) != text and not is_generation(old.get(key, text)) for key, text in new.items())


def rollback_note(state: DeploymentState, inputs: DeploymentInputs) -> str:
    """What a preview says of a change after a rollback."""
    if state.outputs.status != ROLLED_BACK or deploys_nothing(state, inputs):
        return ""
    at = f"somebody went back to {state.outputs.image_or_commit or 'an earlier release'}"
    if is_decided(state.inputs.triggers, inputs.triggers):
        return f"{at}; since another trigger than the generation changes, this deploys whatever the application is then"
    return (
        f"{at}, and what was left for it is not deployed again by this: the update is refused while the application "
        "still has that source, unless another trigger (app.revision) changes too"
    )


def is_settled(ctx: Context, state: DeploymentState, inputs: DeploymentInputs, application: Row) -> bool:
    """Whether the program has come round to what somebody went back to, and that is running as it should."""
    release = release_of(application)
    return (
        state.outputs.status == ROLLED_BACK
        and release == state.outputs.release
        and not is_decided(state.inputs.triggers, inputs.triggers)
        and runs_with(release, settings_digits(application))
        and runs(ctx, application, release)
        and carry(ctx, application)
    )


def needs_no_build(state: DeploymentState, triggers: Mapping[str, str]) -> bool:
    """Whether all that changed are generations whose build half is the same: a reload is enough for those."""
    if state.outputs.status != "done" or state.inputs.triggers.keys() != triggers.keys():
        return False
    changed = [(state.inputs.triggers[key], triggers[key]) for key in triggers]
    return all(old == new or same_build(old, new) for old, new in changed)
