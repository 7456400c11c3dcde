"""The production stack before the real engine and the pack: its own configuration, a simulator, generated secrets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError

from dokploy.simulator import Simulator
from ops.engine import Engine
from ops.rehearsal.rehearse import Options, configuration
from ops.workspace import Workspace, private_workspace
from toolchain import locate

PROGRAM = "real_program.py"
ROOT = Path(__file__).resolve().parents[2]
Break = tuple[str, str, Sequence[str | int] | None, Any]


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of the CLI: its exit code, its errors, and what the pack reported."""

    code: int
    said: str
    events: tuple[dict[str, Any], ...]

    def rules(self, level: str) -> list[str]:
        return sorted({event["policyName"] for event in self.events if event["enforcementLevel"] == level})

    def messages(self, rule: str) -> list[str]:
        return [event["message"] for event in self.events if event["policyName"] == rule]


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stack, its engine and its server."""

    stack: str
    workspace: Workspace
    engine: Engine
    simulator: Simulator

    @property
    def pack(self) -> Path:
        """A copy of the pack, whose exemptions a test may write."""
        return self.workspace.project / "policies"

    def preview(self, *breaks: Break, level: str | None = None, pack: bool = True, **more: str) -> Run:
        """`pulumi preview`, with the level file of a stack or with everything mandatory."""
        environment = {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
        return self._run(["preview", "--json"], breaks, level, pack, environment | more)

    def up(self, *breaks: Break, level: str | None = None, pack: bool = True) -> Run:
        log = self.workspace.project / "events.jsonl"
        log.unlink(missing_ok=True)
        command = ["up", "--yes", "--event-log", str(log)]
        run = self._run(command, breaks, level, pack, {"PULUMI_DEBUG_COMMANDS": "true"})
        return replace(run, events=tuple(_events(log.read_text(encoding="utf-8"), "policyEvent")))

    def _run(
        self, command: list[str], breaks: Sequence[Break], level: str | None, pack: bool, more: dict[str, str]
    ) -> Run:
        environment = {"BREAKS": json.dumps(breaks), "PROGRAM": PROGRAM, **more}
        if pack:
            environment["PULUMI_OPTION_POLICY_PACK"] = "./policies"
        if level:
            environment["PULUMI_OPTION_POLICY_PACK_CONFIG"] = f"policies/levels/{level}.json"
        try:
            done = self.engine.run(
                [*command, "--stack", self.stack],
                cwd=str(self.workspace.project),
                additional_env=environment,
            )
            code, said = 0, f"{done.stdout}\n{done.stderr}"
        except CommandError as error:
            code, said = 1, str(error)
        errors = "\n".join(e["message"] for e in _events(said, "diagnosticEvent") if e["severity"] == "error")
        return Run(code=code, said=errors or said, events=tuple(_events(said, "policyEvent")))


@contextmanager
def stage(stack: str = "production") -> Iterator[Stage]:
    """Set it all up, and take it away again."""
    with private_workspace(ROOT) as workspace, Simulator(port=0) as simulator:
        config = configuration(Options(root=ROOT, stack=stack), simulator.url)
        (workspace.project / "__main__.py").rename(workspace.project / PROGRAM)
        shutil.copy(Path(__file__).with_name("broken_program.py"), workspace.project / "__main__.py")
        shutil.copy(Path(__file__).with_name("raw_program.py"), workspace.project)
        workspace.write_stack(stack, {**config.plain, "chatzwa:protect": stack == "production"})
        environment = {**workspace.environment(), "DOKPLOY_API_KEY": simulator.api_key}
        engine = Engine(locate(), environment)
        project = str(workspace.project)
        engine.run(["stack", "init", stack], cwd=project, additional_env={})
        secrets = [f"{path}={value}" for path, value in config.secrets.items()]
        command = ["config", "set-all", "--stack", stack, "--path"]
        engine.run(
            [*command, *(word for pair in secrets for word in ("--secret", pair))], cwd=project, additional_env={}
        )
        yield Stage(stack=stack, workspace=workspace, engine=engine, simulator=simulator)


def _events(said: str, kind: str) -> Iterator[dict[str, Any]]:
    for line in said.splitlines():
        if f'"{kind}"' in line:
            yield json.loads(line[line.index("{") :])[kind]
