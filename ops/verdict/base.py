"""Deploys the base of a change in a rehearsal, so that the preview after it shows what the change itself does."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

from pulumi.automation import CommandError

from ops.errors import OpsError
from ops.rehearsal.rehearse import Prepared, configuration, give_secrets
from ops.verdict.ending import ending
from ops.workspace import fill, write_stack_file

SDK = Path("sdks") / "dokploy"


def deploy_base(ready: Prepared, base: Path) -> str:
    """Bring the rehearsal's Dokploy to what `base`, another checkout, makes of it; empty when it is there.

    Otherwise it gives the reason, in one line: the base is no stack of this name, or its own program failed. A
    rehearsal then has nothing to compare with. What both need as a secret has the same value for both.
    """
    name, folder = ready.options.stack, ready.workspace.folder / "base"
    try:
        config = configuration(dataclasses.replace(ready.options, root=base, config_file=None), ready.simulator.url)
    except OpsError as error:
        return str(error)
    folder.mkdir()
    fill(folder, base, ready.options.root / ".venv")
    write_stack_file(folder, name, config.plain)
    secrets = {path: ready.configuration.secrets.get(path, value) for path, value in config.secrets.items()}
    # The base's program goes with the base's SDK, not with the one that is installed.
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, (str(base / SDK), os.environ.get("PYTHONPATH"))))}
    try:
        give_secrets(ready.engine, name, folder, secrets)
        up = ["up", "--yes", "--skip-preview", "--stack", name, "--color", "never", "--suppress-outputs"]
        ready.engine.run(up, cwd=str(folder), additional_env=environment)
    except CommandError as error:
        return ready.masking.text(_reason(ending(str(error))))
    return ""


def _reason(said: str) -> str:
    """What a command said last from its error on, in one line."""
    lines = [line.strip() for line in said.partition("stderr:")[0].splitlines() if line.strip()]
    first = next((number for number, line in enumerate(lines) if line.startswith("error:")), 0)
    return " ".join(lines[first:]).removeprefix("error:").strip() or said.strip()
