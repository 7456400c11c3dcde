"""A Pulumi project of a test's own, and the real CLI in it: private home, private state, this checkout's provider."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dokploy.simulator import Simulator
from dokploy.simulator.server import CallRecord
from tests.engine.example import Program
from tests.engine.outcome import Outcome
from tests.engine.waiting import descendants
from toolchain import locate

CHECKOUT = Path(__file__).resolve().parents[2]
PROJECT, STACK = "engine", "dev"
LONGEST_S = 120
"""No run of these tests takes a tenth of it."""

QUIET = ("--yes", "--skip-preview")


@dataclass
class Workspace:
    """`settings` are further variables of the environment; None takes one away."""

    folder: Path
    simulator: Simulator
    settings: dict[str, str | None] = field(default_factory=dict)
    _runs: int = 0

    @classmethod
    def make(cls, folder: Path, simulator: Simulator) -> Workspace:
        """An empty stack in an empty folder."""
        folder.mkdir(parents=True, exist_ok=True)
        project = {
            "name": PROJECT,
            "runtime": {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(CHECKOUT / ".venv")}},
            "plugins": {"providers": [{"name": "dokploy", "path": str(CHECKOUT / "dokploy")}]},
        }
        # JSON is YAML, too.
        (folder / "Pulumi.yaml").write_text(json.dumps(project))
        shutil.copy(Path(__file__).with_name("program.py"), folder / "__main__.py")
        workspace = cls(folder, simulator)
        workspace.write(Program())
        (folder / "state").mkdir()
        workspace.pulumi("stack", "init", STACK).succeeded()
        return workspace

    def write(self, program: Program) -> None:
        """Replace the program."""
        (self.folder / "program.json").write_text(json.dumps(program.as_json()))

    def up(self, program: Program | None = None, *arguments: str) -> Outcome:
        """`pulumi up` without a preview first, of this program or of the one before."""
        if program is not None:
            self.write(program)
        return self.pulumi("up", *QUIET, *arguments)

    def preview(self, program: Program | None = None, *arguments: str) -> Outcome:
        if program is not None:
            self.write(program)
        return self.pulumi("preview", "--diff", *arguments)

    def refresh(self) -> Outcome:
        return self.pulumi("refresh", *QUIET, "--diff")

    def destroy(self) -> Outcome:
        return self.pulumi("destroy", *QUIET)

    def configure_secret(self, key: str, value: str) -> None:
        """`pulumi config set --secret`, with the value on standard input as a careful person does."""
        command = [str(locate()), "config", "set", "--secret", key, "--non-interactive"]
        subprocess.run(command, cwd=self.folder, env=self.environment, input=value, text=True, check=True)

    def pulumi(self, *arguments: str) -> Outcome:
        """Run the CLI to its end."""
        with self.start(*arguments) as run:
            return run.wait()

    def start(self, *arguments: str) -> Run:
        """Run the CLI in the background, in a process group of its own."""
        self._runs += 1
        event_log = self.folder / f"events-{self._runs}.json"
        command = [str(locate()), *arguments, "--non-interactive", "--color", "never"]
        if arguments[0] in ("up", "preview", "refresh", "destroy", "import"):
            command += ["--event-log", str(event_log)]
        return Run(self, command, event_log)

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PULUMI_", "DOKPLOY_"))}
        settings: Mapping[str, str | None] = {
            **inherited,
            "PULUMI_HOME": str(self.folder / "home"),
            "PULUMI_BACKEND_URL": f"file://{self.folder / 'state'}",
            "PULUMI_STACK": STACK,
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
            # Without it the CLI does not know --event-log.
            "PULUMI_DEBUG_COMMANDS": "true",
            "DOKPLOY_URL": self.simulator.url,
            "DOKPLOY_API_KEY": self.simulator.api_key,
            **self.settings,
        }
        return {name: value for name, value in settings.items() if value is not None}

    @property
    def state_file(self) -> Path:
        """The checkpoint as it lies on disk."""
        return self.folder / "state" / ".pulumi" / "stacks" / PROJECT / f"{STACK}.json"

    @property
    def state(self) -> dict[str, dict[str, Any]]:
        """What the checkpoint holds of each of our resources, by name."""
        resources = [each for each in self._resources() if not each.get("delete")]
        return {resource["urn"].rsplit("::", 1)[1]: resource for resource in resources}

    @property
    def to_be_deleted(self) -> int:
        """How many objects the checkpoint holds that were replaced and are still to be deleted."""
        return sum(bool(resource.get("delete")) for resource in self._resources())

    def _resources(self) -> list[dict[str, Any]]:
        latest = json.loads(self.state_file.read_text())["checkpoint"]["latest"] or {}
        return [each for each in latest.get("resources") or [] if each["type"].startswith("dokploy:")]

    @property
    def ids(self) -> dict[str, str]:
        """Dokploy's id of each of our resources, by name."""
        return {name: resource["id"] for name, resource in self.state.items()}

    def urn(self, name: str) -> str:
        return str(self.state[name]["urn"])


class Run:
    """The CLI at work. As a context manager it leaves no process behind, however the test ends."""

    def __init__(self, workspace: Workspace, command: list[str], event_log: Path) -> None:
        self._simulator = workspace.simulator
        self._calls_before = len(self._simulator.calls)
        self._event_log = event_log
        self._output = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed with the run
        self._process = subprocess.Popen(
            command,
            cwd=workspace.folder,
            env=workspace.environment,
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            # A Ctrl-C of the test reaches this group alone.
            start_new_session=True,
        )

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.kill()
            self._process.wait()
        self._output.close()

    def kill(self) -> None:
        """End the CLI and everything that it started, as a power cut does."""
        for pid in descendants(self._process.pid):
            # A process that is gone meanwhile is as wanted.
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_called(self, procedure: str) -> bool:
        """Whether Dokploy has answered such a call of this run."""
        return any(call.procedure == procedure for call in self._calls())

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.killpg(self._process.pid, signal.SIGINT)

    def wait(self) -> Outcome:
        code = self._process.wait(timeout=LONGEST_S)
        self._output.seek(0)
        return Outcome(
            code=code,
            text=self._output.read(),
            event_log=self._event_log,
            calls=self._calls(),
        )

    def _calls(self) -> list[CallRecord]:
        return self._simulator.calls[self._calls_before :]
