"""Points to roll back to: one per deployment while a registry for rollbacks is set."""

from __future__ import annotations

import copy

from . import views
from .clock import iso
from .ids import nanoid
from .state import Row, State

_LEFT_OUT = ("deployments", "gitlab", "github", "bitbucket", "gitea")


def new_rollback(state: State, app: Row, deployment: Row, now: float) -> Row:
    """Written before the build; it holds the whole application, secrets and the registry's password included."""
    own = [row for row in state.rollbacks.values() if row["fullContext"]["applicationId"] == app["applicationId"]]
    version = max((row["version"] for row in own), default=0) + 1
    context = {name: value for name, value in views.full_application(state, app).items() if name not in _LEFT_OUT}
    context["rollbackRegistry"] = state.registries[app["rollbackRegistryId"]]
    row = {
        "rollbackId": nanoid(),
        "deploymentId": deployment["deploymentId"],
        "version": version,
        "image": f"{app['appName']}:v{version}",
        "createdAt": iso(now),
        "fullContext": copy.deepcopy(context),
    }
    state.rollbacks[row["rollbackId"]] = row
    return row
