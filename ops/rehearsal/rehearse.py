"""A rehearsal from start to end: the stack's configuration, a simulator, a private project, a report."""

from __future__ import annotations

import dataclasses
import json
import shlex
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi.automation import LocalWorkspace, Stack

from dokploy.simulator import Outcome, Simulator
from ops.engine import Engine
from ops.environment import exports
from ops.errors import UsageError
from ops.masking import Masking
from ops.policies import policy_options
from ops.progress import Progress
from ops.rehearsal.generated import generate
from ops.rehearsal.hosts import Replaced, with_host
from ops.rehearsal.report import Report
from ops.rehearsal.steps import Rehearsal
from ops.stack_file import encrypted, read_config, without_encrypted
from ops.workspace import Workspace, private_workspace

ADDED_TO = ("chatzwa:app", "chatzwa:environment", "chatzwa:proof", "chatzwa:secrets")
"""The sections that a rehearsal reads or adds to. All else is the program's to judge."""


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

    Raises UsageError when the stack's file is not there or cannot be read, or when a section of it that a rehearsal
    adds to holds no keys.
    """
    config = read_config(options.root, options.stack, options.config_file)
    for section in ADDED_TO:
        if not isinstance(found := config.get(section, {}), dict):
            kind = "a list" if isinstance(found, list) else "a single value" if found else "empty"
            raise UsageError(f"{section} is {kind}, and has to hold keys with values: docs/configuration.md lists them")
    secrets = generate(config, [key for key in encrypted(config) if not key.startswith("dokploy:")])
    own = {key: value for key, value in without_encrypted(config).items() if not key.startswith("dokploy:")}
    plain, replaced = with_host(own, options.host)
    plain["dokploy:url"] = dokploy_url
    # The Dokploy in memory serves the app under its host name too, and needs no minutes to be trusted.
    plain["chatzwa:proof"] = {**plain.get("chatzwa:proof", {}), "address": dokploy_url}
    plain["chatzwa:app"] = {**plain.get("chatzwa:app", {}), "stableSeconds": 0}
    return Configuration(plain=plain, secrets=secrets, replaced=tuple(replaced))


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """All that a rehearsal needs, ready for its first step."""

    options: Options
    configuration: Configuration
    workspace: Workspace
    simulator: Simulator
    masking: Masking
    engine: Engine
    rehearsal: Rehearsal

    def report(self) -> Report:
        """The report on the steps that were run so far."""
        return self.rehearsal.report(
            host=self.options.host,
            replaced=self.configuration.replaced,
            kept=str(self.workspace.folder) if self.options.keep else None,
        )


@contextmanager
def prepared(options: Options, cli: Path, progress: Progress) -> Iterator[Prepared]:
    """A simulator and a stack of its own, with nothing deployed yet.

    `cli` is Pulumi. Raises OpsError when the rehearsal cannot be run at all. Whatever happens, the folders
    and processes of the rehearsal are gone afterwards, unless the folders are to be kept.
    """
    committed = read_config(options.root, options.stack, options.config_file)
    if committed.get("chatzwa:platform") == "docker":
        raise UsageError(
            f"{options.stack} needs no rehearsal: it runs on a Docker engine of your own, "
            f"so `make up STACK={options.stack}` is one already"
        )
    with (
        _told_of_interrupt(progress),
        private_workspace(options.root, keep=options.keep) as workspace,
        Simulator(port=0) as simulator,
    ):
        simulator.behave(outcome=options.release)
        config = configuration(options, simulator.url)
        for replaced in config.replaced:
            progress.note(f"{replaced.key}: {options.host} takes the place of the reserved {replaced.host}")
        progress.note(f"{len(config.secrets)} secrets are generated for this rehearsal")
        masking = Masking([*config.secrets.values(), simulator.api_key])
        environment = {**workspace.environment(), **policy_options(workspace.project, options.stack)}
        engine = Engine(cli, {**environment, "DOKPLOY_API_KEY": simulator.api_key})
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
        yield Prepared(
            options=options,
            configuration=config,
            workspace=workspace,
            simulator=simulator,
            masking=masking,
            engine=engine,
            rehearsal=rehearsal,
        )


@contextmanager
def _told_of_interrupt(progress: Progress) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        progress.note("interrupted; nothing is left")
        raise


def rehearse_stack(options: Options, cli: Path, progress: Progress, show: Callable[[Report], None]) -> Report:
    """Run every step, and hand the report to `show` while the simulator is still there."""
    with prepared(options, cli, progress) as ready:
        ready.rehearsal.run(destroy=not options.keep)
        report = ready.report()
        if options.keep:
            _keep(ready)
        show(report)
        if options.keep:
            _wait(ready, progress)
    return report


def _stack(name: str, workspace: Workspace, engine: Engine, config: Configuration) -> Stack:
    """Create the stack with its configuration. Secrets go through standard input, never on a command line."""
    workspace.write_stack(name, config.plain)
    project = LocalWorkspace(work_dir=str(workspace.project), pulumi_home=str(workspace.home), pulumi_command=engine)
    stack = Stack.create(name, project)
    give_secrets(engine, name, workspace.project, config.secrets)
    return stack


def give_secrets(engine: Engine, stack: str, project: Path, secrets: Mapping[str, str]) -> None:
    """Encrypt these values, by their paths, in the stack's file of the project in a folder."""
    for path, value in secrets.items():
        command = ["config", "set", "--stack", stack, "--secret", "--path", path]
        engine.run(command, cwd=str(project), additional_env={}, given=value)


def _keep(ready: Prepared) -> None:
    """Leave what a look needs: the simulator's tables, and the variables for a shell."""
    folder = ready.workspace.folder
    tables = ready.masking.value(dataclasses.asdict(ready.simulator.state))
    (folder / "simulator.json").write_text(json.dumps(tables, indent=2, default=str))
    variables = {
        "PATH": ready.engine.environment["PATH"],
        "DOKPLOY_API_KEY": ready.simulator.api_key,
        **ready.workspace.settings,
    }
    # A passphrase of the user's own would win over the file of this one.
    (folder / "env").write_text(f"unset PULUMI_CONFIG_PASSPHRASE\n{exports(variables)}\n")


def _wait(ready: Prepared, progress: Progress) -> None:
    """Say where everything is; in a terminal, hold the simulator until its user has seen enough."""
    folder = shlex.quote(str(ready.workspace.folder))
    progress.note(f"kept: {folder} (Dokploy's data in simulator.json)")
    progress.note(f"look: . {folder}/env && cd {folder}/project && pulumi stack")
    progress.note(f"remove: rm -r {folder}")
    if sys.stdin.isatty():
        progress.note(f"The simulator stays at {ready.simulator.url} until Ctrl-C.")
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
