"""A copy of the program that was deployed to a Dokploy in memory, with the commands to run on it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dokploy.simulator import Simulator
from tests.engine.workspace import CHECKOUT
from tests.ops.checkout import SECRETS, Checkout
from tests.ops.verify.chat import HOST

STACK = "staging"
"""Production is updated under its policies only, and they are not what is tested here."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """The stack in a folder of its own."""

    checkout: Checkout
    simulator: Simulator

    def ops(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the commands on this copy, as people run it."""
        return subprocess.run(
            [sys.executable, "-m", "ops", *arguments],
            cwd=self.checkout.folder,
            env={**self.checkout.workspace.environment, **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @property
    def files(self) -> dict[str, bytes]:
        """The state, the stack's file and the selected stack: what a command that only reads leaves alone."""
        folder = self.checkout.folder
        paths = [folder / f"Pulumi.{STACK}.yaml", *(folder / "state").rglob("*"), *(folder / "home").rglob("*.json")]
        return {str(path): path.read_bytes() for path in paths if path.is_file() and "logs" not in path.parts}


@contextmanager
def deployed(folder: Path, *, prepare: Callable[[Simulator], None] | None = None, **app: Any) -> Iterator[Copy]:
    """Deploy the stack's own configuration, with secrets and a host of the test's own.

    `app` changes its section of the app; `prepare` is what somebody did in Dokploy before.
    """
    with Simulator() as simulator:
        if prepare is not None:
            prepare(simulator)
        checkout = Checkout.make(folder, simulator, STACK)
        shutil.copytree(CHECKOUT / "ops", folder / "ops", ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "toolchain").symlink_to(CHECKOUT / "toolchain")
        checkout.pulumi("stack", "init", STACK).succeeded()
        config = yaml.safe_load((CHECKOUT / f"Pulumi.{STACK}.yaml").read_text())["config"]
        config |= {"dokploy:url": simulator.url, "chatzwa:host": HOST}
        # As a rehearsal does: the Dokploy in memory serves the app, and needs no minutes to be trusted.
        config["chatzwa:proof"] = {**config.get("chatzwa:proof", {}), "address": simulator.url}
        config["chatzwa:app"] |= {"stableSeconds": 0, **app}
        if "image" in config["chatzwa:app"]["source"]:
            config["chatzwa:app"].pop("build", None)
        path = folder / f"Pulumi.{STACK}.yaml"
        path.write_text(json.dumps({**(yaml.safe_load(path.read_text()) or {}), "config": config}))
        given = [part for name, value in SECRETS.items() for part in ("--secret", f"secrets.{name}={value}")]
        checkout.pulumi("config", "set-all", "--path", *given).succeeded()
        checkout.up().succeeded()
        yield Copy(checkout=checkout, simulator=simulator)
