"""A Docker engine as tests ask it, through the same command that people use."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

LONGEST_S = 120


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine that answers, and an image on it that has node, sqlite3 and a shell."""

    address: str
    base: str

    @property
    def environment(self) -> dict[str, str]:
        """What a child needs to speak to this engine and to no other."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "DOKPLOY_"))}
        kept.pop("DOCKER_CONTEXT", None)
        return {**kept, "DOCKER_HOST": self.address}

    def __call__(self, *arguments: str) -> str:
        """What `docker` answers; fails the test when it refuses."""
        done = subprocess.run(
            ["docker", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        assert done.returncode == 0, f"docker {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    def inspect(self, container: str) -> dict[str, Any]:
        (found,) = json.loads(self("inspect", "--type", "container", container))
        return dict(found)

    def names(self, kind: str, part: str) -> list[str]:
        """The containers (`ps --all`), volumes or networks whose name has `part` in it."""
        shown = "{{.Names}}" if kind.startswith("ps") else "{{.Name}}"
        words = [*kind.split(), *(() if kind.startswith("ps") else ("ls",))]
        return self(*words, "--filter", f"name={part}", "--format", shown).split()

    def kill(self, container: str) -> None:
        """End the container's first process as the kernel would, which the engine takes for a crash."""
        process = self.inspect(container)["State"]["Pid"]
        self("run", "--rm", "--pid=host", "--user=0:0", self.base, "sh", "-c", f"kill -9 {process}")
