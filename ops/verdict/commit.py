"""What a report and a record say of themselves: the commit, and the day that exemptions are counted from."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from ops.errors import UsageError

TODAY_VARIABLE = "CHATZWA_POLICY_TODAY"


def today(inherited: Mapping[str, str]) -> date:
    """The day that exemptions are counted from: the pack's own variable, or today."""
    given = inherited.get(TODAY_VARIABLE)
    try:
        return date.fromisoformat(given) if given else date.today()
    except ValueError:
        raise UsageError(f"{TODAY_VARIABLE} is {given!r}, which is no date like 2026-12-31") from None


def commit(root: Path, inherited: Mapping[str, str]) -> str:
    """The commit under judgement: the workflow's, or the checkout's; empty where neither says one."""
    if given := inherited.get("GITHUB_SHA"):
        return given
    git = shutil.which("git")
    if git is None:
        return ""
    said = subprocess.run([git, "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    return said.stdout.strip() if said.returncode == 0 else ""
