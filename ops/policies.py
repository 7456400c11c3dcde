"""The policies that judge every run of the engine, at the level of the stack."""

from __future__ import annotations

from pathlib import Path

from ops.errors import UsageError

PACK = "policies"
PARTS = ("PulumiPolicy.yaml", "sop")
"""What lies in the folder of a pack that can be asked for its rules."""


def policy_options(project: Path, stack: str) -> dict[str, str]:
    """The variables that put a run of Pulumi in `project` under the project's policies.

    A stack without a level file of its own is held to every rule.
    """
    level = project / PACK / "levels" / f"{stack}.json"
    options = {"PULUMI_OPTION_POLICY_PACK": str(project / PACK)}
    return options | ({"PULUMI_OPTION_POLICY_PACK_CONFIG": str(level)} if level.is_file() else {})


def require_pack(folder: Path) -> None:
    """Raises UsageError where the folder, which somebody named with --policies, is no policy pack."""
    if missing := [part for part in PARTS if not (folder / part).exists()]:
        raise UsageError(f"--policies: {folder} holds no {' and no '.join(missing)}")
