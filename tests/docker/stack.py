"""The local stack under a name and a port of its own, in a private Pulumi home, and the real CLI on it."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import yaml

from ops.policies import policy_options
from tests.components.stacks import ROOT, local
from tests.components.test_cron_scripts import CRONTAB
from tests.docker.engine import Engine
from toolchain import install_plugins, locate

LONGEST_S = 150
QUIET = ("--yes", "--skip-preview")


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run of the CLI."""

    code: int
    text: str
    seconds: float

    def well(self) -> Ran:
        assert self.code == 0, self.text
        return self


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A copy of the program whose configuration a test may change."""

    folder: Path
    engine: Engine
    name: str
    port: int
    config: dict[str, Any]

    @classmethod
    def make(cls, folder: Path, engine: Engine, name: str) -> Stack:
        """The committed stack, with an engine, a base image, a port and quick checks of the test's own."""
        for file in ("Pulumi.yaml", "__main__.py"):
            shutil.copy(ROOT / file, folder)
        for link in ("components", "dokploy", "policies", ".venv"):
            (folder / link).symlink_to(ROOT / link)
        shutil.copytree(ROOT / "examples/app", folder / "app")
        for empty in ("state", "home", "user", "bin"):
            (folder / empty).mkdir()
        # The machine's crontab is its owner's: jobs go into a file under the home of the test.
        (folder / "bin/crontab").write_text(CRONTAB)
        (folder / "bin/crontab").chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        config = local()
        config["docker"] |= {"host": engine.address, "hostPort": port}
        config["project"] = {"name": f"chatzwa-{name}", "environment": name}
        config["app"]["source"]["context"] = {"path": "app", "args": {"BASE": engine.base}}
        config["app"]["stableSeconds"] = 1
        config["healthCheck"] |= {"intervalSeconds": 1, "startPeriodSeconds": 5}
        stack = cls(folder=folder, engine=engine, name=name, port=port, config=config)
        install_plugins(folder / "home")
        stack.pulumi("stack", "init").well()
        return stack

    @property
    def container(self) -> str:
        return f"chatzwa-{self.name}"

    @property
    def crontab(self) -> list[str]:
        path = self.folder / "user/table"
        return path.read_text().splitlines() if path.exists() else []

    @property
    def copies(self) -> list[str]:
        """The backups, the oldest first."""
        return self.engine("exec", self.container, "sh", "-c", "ls /app/backups/database-*.db").split()

    @property
    def state(self) -> str:
        """Everything that Pulumi has written down."""
        return "\n".join(path.read_text() for path in (self.folder / "state").rglob("*.json*") if path.is_file())

    def pulumi(self, *arguments: str, judged: bool = False, more: Mapping[str, str] | None = None) -> Ran:
        """Run the CLI; `judged` by the policies too, which costs a second each time. `more`: variables for it."""
        file = self.folder / f"Pulumi.{self.name}.yaml"
        written = yaml.safe_load(file.read_text()) if file.exists() else {}
        written["config"] = {f"chatzwa:{key}": value for key, value in self.config.items()}
        file.write_text(yaml.safe_dump(written))
        environment = self.engine.environment
        environment |= {
            "HOME": str(self.folder / "user"),
            "PATH": f"{self.folder / 'bin'}:{locate().resolve().parent}:{environment['PATH']}",
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "a test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
            **(policy_options(ROOT, "local") if judged else {}),
            **(more or {}),
        }
        began = time.monotonic()
        done = subprocess.run(
            ["pulumi", *arguments, "--stack", self.name, "--non-interactive", "--color", "never"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        return Ran(code=done.returncode, text=done.stdout, seconds=time.monotonic() - began)

    def up(self, *, judged: bool = False) -> Ran:
        return self.pulumi("up", *QUIET, judged=judged)

    def outputs(self) -> dict[str, Any]:
        return dict(json.loads(self.pulumi("stack", "output", "--json").well().text))

    def get(self, path: str) -> Any:
        answer = requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()

    def say(self, message: str) -> None:
        answer = requests.post(f"http://127.0.0.1:{self.port}/api/chat", json={"message": message}, timeout=10)
        answer.raise_for_status()

    @property
    def messages(self) -> list[str]:
        return [message["text"] for message in self.get("/api/chat")["messages"]]

    def clear(self) -> None:
        """Take away what a test that failed has left on the engine."""
        for container in self.engine.names("ps --all", self.container):
            self.engine("rm", "--force", container)
        for volume in self.engine.names("volume", self.container):
            self.engine("volume", "rm", volume)
        for network in self.engine.names("network", self.container):
            self.engine("network", "rm", network)
        self.engine("image", "prune", "--all", "--force", "--filter", f"label=chatzwa.stack={self.container}")
