"""A rehearsal that is compared with another checkout: what the change does, and not that everything is new."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.workspace import PROGRAM
from tests.engine.workspace import CHECKOUT

pytestmark = pytest.mark.engine
STACK = "staging"


def base(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A checkout like this one, but for the configuration of the stack."""
    for name in (*PROGRAM, "sdks"):
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            folder.mkdir(exist_ok=True)
            shutil.copy(source, folder / name)
    shutil.copy(CHECKOUT / "Pulumi.yaml", folder)
    content = yaml.safe_load((CHECKOUT / f"Pulumi.{STACK}.yaml").read_text())
    change(content["config"])
    (folder / f"Pulumi.{STACK}.yaml").write_text(yaml.safe_dump(content))
    return folder


def report(folder: Path) -> tuple[dict[str, Any], str]:
    """The one stack of the report in JSON, and its comment."""
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "ops", "report", STACK, "--rehearse", "--json"),
            *("--base", str(folder), "--out", str(folder.parent / "out")),
        ],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return json.loads(ended.stdout)["stacks"][0], (folder.parent / "out/report.md").read_text()


def test_only_what_the_change_does_is_shown(tmp_path: Path) -> None:
    stack, comment = report(base(tmp_path / "the base", lambda config: config.update({"chatzwa:tier": "high-traffic"})))

    assert {change["operation"] for change in stack["changes"]} == {"update"}
    updated = {change["name"]: change["paths"] for change in stack["changes"]}
    assert {"path": "memoryLimit", "before": "4096Mi", "after": "2048Mi"} in updated["chatzwa-application"]
    assert (stack["before"]["tier"], stack["after"]["tier"]) == ("high-traffic", "standard")
    assert "compared with what the base deploys" in comment


def test_a_base_that_cannot_be_deployed_is_said_and_everything_is_new(tmp_path: Path) -> None:
    stack, comment = report(base(tmp_path / "the base", lambda config: config.update({"chatzwa:tier": "tiny"})))

    assert {change["operation"] for change in stack["changes"]} == {"create"}
    assert not stack["compared"]
    assert "tier" in stack["base_failure"]
    assert "so that everything counts as new" in comment
