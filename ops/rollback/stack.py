"""The stack whose application is returned to an earlier release: its deployment in the state, and its history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi.automation import CommandError

from dokploy.client import DokployClient
from ops.errors import OpsError
from ops.rollback.targets import Update, updates
from ops.verify.stack import NO_WAY, Deployed
from ops.verify.state import APPLICATION, DEPLOYMENT, resources_of


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A deployed stack on Dokploy. `client` is to be closed by whoever reads it."""

    deployed: Deployed
    application_id: str
    client: DokployClient
    inputs: Mapping[str, Any]
    """Of the program's deployment."""
    outputs: Mapping[str, Any]
    urns: tuple[str, ...]
    """Of the application and its deployment, which a rollback changes under the state."""
    history: tuple[Update, ...]

    @classmethod
    def of(cls, deployed: Deployed) -> Stack:
        """Raises OpsError where the stack is not on Dokploy, was never deployed, or Dokploy is out of reach."""
        id = deployed.application_id
        if id is None:
            raise OpsError(
                f"stack {deployed.name} is not on Dokploy, and a Docker engine keeps no earlier release: set "
                f"app.source.image to the image of then and run `make up STACK={deployed.name}`"
            )
        found = [each for each in resources_of(deployed.state, DEPLOYMENT, APPLICATION) if each.get("id") == id]
        deployment = next((each for each in found if each["type"] == DEPLOYMENT), None)
        if deployment is None:
            raise OpsError(f"stack {deployed.name} holds no deployment: there is nothing to return to")
        client = deployed.client()
        if client is None:
            raise OpsError(NO_WAY)
        return cls(
            deployed=deployed,
            application_id=id,
            client=client,
            inputs=deployment["inputs"],
            outputs=deployment["outputs"],
            urns=tuple(each["urn"] for each in found),
            history=tuple(updates(json.loads(_pulumi(deployed, "stack", "history", "--json")))),
        )

    def refresh(self) -> None:
        """Have the state say what runs now; OpsError where Pulumi could not."""
        targets = [part for urn in self.urns for part in ("--target", urn)]
        _pulumi(self.deployed, "refresh", "--yes", "--skip-preview", "--suppress-outputs", *targets)


def _pulumi(deployed: Deployed, *command: str) -> str:
    try:
        result = deployed.engine.run([*command, "--stack", deployed.name], cwd=str(deployed.root), additional_env={})
    except CommandError as error:
        lines = [line.strip() for line in str(error).splitlines() if "error: " in line]
        reason = lines[0].partition("error: ")[2] if lines else "Pulumi ended with an error"
        raise OpsError(f"`pulumi {' '.join(command[:2])}` of stack {deployed.name} failed: {reason}") from None
    return result.stdout
