"""A copy of the program with a state of its own, in which a test runs Pulumi."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from dokploy.simulator import Simulator
from tests.engine.outcome import Outcome
from tests.engine.workspace import CHECKOUT, QUIET, Workspace

SECRETS = {
    "NEXTAUTH_SECRET": "n3xtauth-0123456789-abcdefghijklmnop",
    "JWT_SECRET": "jwt-0123456789-abcdefghijklmnopqrstuv",
    "ADMIN_CLEANUP_KEY": "cleanup-0123456789-abcdef",
    "ZAI_API_KEY": "zai-0123456789",
}

LEVELS = "levels.json"


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The program in a folder of its own, with an empty state."""

    folder: Path
    simulator: Simulator
    workspace: Workspace
    stack: str

    @classmethod
    def make(cls, folder: Path, simulator: Simulator, stack: str, *, under_policies: bool = False) -> Self:
        """`under_policies`: every run is judged, as production asks for, and nothing is blocked."""
        folder.mkdir()
        for name in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(CHECKOUT / name, folder)
        for name in ("components", "dokploy", "policies", ".venv"):
            (folder / name).symlink_to(CHECKOUT / name)
        (folder / "state").mkdir()
        workspace = Workspace(folder, simulator, {"PULUMI_STACK": stack})
        if under_policies:
            (folder / LEVELS).write_text(json.dumps({"all": "advisory"}))
            workspace.settings["PULUMI_OPTION_POLICY_PACK"] = "policies"
            workspace.settings["PULUMI_OPTION_POLICY_PACK_CONFIG"] = LEVELS
        return cls(folder=folder, simulator=simulator, workspace=workspace, stack=stack)

    def create_stack(self) -> None:
        self.pulumi("stack", "select", "--create", "--stack", self.stack).succeeded()

    def pulumi(self, *arguments: str) -> Outcome:
        return self.workspace.pulumi(*arguments)

    def preview(self, *arguments: str) -> Outcome:
        return self.pulumi("preview", "--diff", *arguments)

    def up(self) -> Outcome:
        return self.pulumi("up", *QUIET)

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """What the state holds of each of Dokploy's objects, by name."""
        state = json.loads((self.folder / "state/.pulumi/stacks/chatzwa" / f"{self.stack}.json").read_text())
        found = state["checkpoint"]["latest"]["resources"]
        return {each["urn"].rsplit("::", 1)[1]: each for each in found if each["type"].startswith("dokploy:")}

    @property
    def ids(self) -> dict[str, str]:
        """Dokploy's id of each resource in the state, by name."""
        return {name: each["id"] for name, each in self.resources.items()}
