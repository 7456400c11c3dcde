"""A rehearsal from start to end: the stack's configuration, a simulator, a private project, a report."""

from __future__ import annotations

import dataclasses
import json
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.automation import LocalWorkspace, Stack

from dokploy.simulator import Outcome, Simulator
from ops.engine import Engine
from ops.environment import exports
from ops.generated import NAMESPACE, generate
from ops.hosts import Replaced, with_host
from ops.masking import Masking
from ops.progress import Progress
from ops.report import Report
from ops.stack_file import encrypted, read_config, without_encrypted
from ops.steps import Rehearsal
from ops.workspace import Workspace, private_workspace


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to rehearse: the project's folder, the stack, and how."""

    root: Path
    stack: str
    keep: bool = False
    release: Outcome = "healthy"
    config_file: Path | None = None

    @property
    def host(self) -> str:
        """The host name that takes the place of reserved ones; it always means this machine."""
        return f"{self.stack}.chatzwa.localhost"


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """What a rehearsal configures: plain values by key, secrets by path, and the hosts it replaced."""

    plain: Mapping[str, Any]
    secrets: Mapping[str, str]
    replaced: tuple[Replaced, ...]


def configuration(options: Options, dokploy_url: str) -> Configuration:
    """The stack's own configuration with generated secrets, the simulator's address and a host of its own.

    Its resources are not protected, since the last step destroys them.
    Raises UsageError when the stack's file is not there or cannot be read.
    """
    config = read_config(options.root, options.stack, options.config_file)
    secrets = generate(config, [key for key in encrypted(config) if not key.startswith("dokploy:")])
    own = {key: value for key, value in without_encrypted(config).items() if not key.startswith("dokploy:")}
    plain, replaced = with_host(own, options.host)
    plain.update({"dokploy:url": dokploy_url, f"{NAMESPACE}:protect": False})
    return Configuration(plain=plain, secrets=secrets, replaced=tuple(replaced))


def rehearse_stack(options: Options, cli: Path, progress: Progress, show: Callable[[Report], None]) -> Report:
    """Rehearse, and hand the report to `show` while the simulator still runs.

    `cli` is Pulumi. Raises OpsError when the rehearsal cannot be run at all. Whatever happens, the folders
    and processes of the rehearsal are gone afterwards, unless the folders are to be kept.
    """
    read_config(options.root, options.stack, options.config_file)
    with (
        private_workspace(options.root, keep=options.keep) as workspace,
        Simulator(port=0) as simulator,
    ):
        simulator.behave(outcome=options.release)
        config = configuration(options, simulator.url)
        for replaced in config.replaced:
            progress.note(f"{replaced.key}: {options.host} takes the place of the reserved {replaced.host}")
        progress.note(f"{len(config.secrets)} secrets are generated for this rehearsal")
        masking = Masking([*config.secrets.values(), simulator.api_key])
        engine = Engine(cli, {**workspace.environment(), "DOKPLOY_API_KEY": simulator.api_key})
        with progress.step("set up a private project"):
            stack = _stack(options.stack, workspace, engine, config)
        rehearsal = Rehearsal(
            stack=stack,
            engine=engine,
            simulator=simulator,
            masking=masking,
            # The program that ran is a copy; whoever reads its traceback wants the file they can edit.
            tidy=lambda line: masking.text(line).replace(str(workspace.project), str(options.root)),
            progress=progress,
        )
        rehearsal.run(destroy=not options.keep)
        report = rehearsal.report(
            host=options.host, replaced=config.replaced, kept=str(workspace.folder) if options.keep else None
        )
        if options.keep:
            _keep(workspace, simulator, masking, engine)
        show(report)
        if options.keep:
            _wait(options, workspace, simulator, progress)
    return report


def _stack(name: str, workspace: Workspace, engine: Engine, config: Configuration) -> Stack:
    """Create the stack with its configuration. Secrets go through standard input, never on a command line."""
    workspace.write_stack(name, config.plain)
    project = LocalWorkspace(work_dir=str(workspace.project), pulumi_home=str(workspace.home), pulumi_command=engine)
    stack = Stack.create(name, project)
    for path, value in config.secrets.items():
        command = ["config", "set", "--stack", name, "--secret", "--path", path]
        engine.run(command, cwd=project.work_dir, additional_env={}, given=value)
    return stack


def _keep(workspace: Workspace, simulator: Simulator, masking: Masking, engine: Engine) -> None:
    """Leave what a look needs: the simulator's tables, and the variables for a shell."""
    tables = masking.value(dataclasses.asdict(simulator.state))
    (workspace.folder / "simulator.json").write_text(json.dumps(tables, indent=2, default=str))
    variables = {
        "PATH": engine.environment["PATH"],
        **workspace.settings,
        "DOKPLOY_API_KEY": simulator.api_key,
    }
    (workspace.folder / "env").write_text(exports(variables) + "\n")


def _wait(options: Options, workspace: Workspace, simulator: Simulator, progress: Progress) -> None:
    progress.note(f"kept: {workspace.folder} (Dokploy's data in simulator.json)")
    progress.note(f"look: . {workspace.folder}/env && cd {workspace.folder}/project && pulumi stack")
    progress.note(f"remove: rm -r {workspace.folder}")
    if sys.stdin.isatty():
        progress.note(f"The simulator stays at {simulator.url} until Ctrl-C.")
        threading.Event().wait()
