"""Runs the preview of a stack, for real or against a Dokploy in memory, and makes a verdict of it.

Nothing is changed. A preview works on a private copy of the project, so that neither the selected stack nor a
stack's file is touched; the state is only read.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pulumi.automation import CommandError, EngineEvent, LocalWorkspace, Stack

from ops.docker_engine.environment import docker_environment
from ops.engine import Engine
from ops.environment import STATE, deployment_environment
from ops.errors import OpsError
from ops.masking import Masking
from ops.policies import PACK, policy_options
from ops.progress import Progress
from ops.rehearsal import rehearse
from ops.stack_file import encrypted, read_config
from ops.verdict.base import deploy_base
from ops.verdict.catalogue import Catalogue
from ops.verdict.collect import Collector
from ops.verdict.ending import ending
from ops.verdict.model import StackVerdict
from ops.verdict.surroundings import placed
from ops.verify.stack import reason
from ops.workspace import private_workspace

SECRET_VARIABLES = ("DOKPLOY_API_KEY", "GITHUB_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_ACCESS_TOKEN")


@dataclass(frozen=True, kw_only=True)
class Options:
    """What to judge: no stacks means all that run on Dokploy. `policies` is the pack's folder."""

    root: Path
    stacks: tuple[str, ...] = ()
    rehearse: bool = False
    refresh: bool = False
    config_file: Path | None = None
    policies: Path | None = None
    base: Path | None = None
    """Of a rehearsal: the checkout to compare with."""

    @property
    def pack(self) -> Path:
        return self.policies or self.root / PACK


def preview(
    stack: Stack, catalogue: Catalogue, day: date, tidy: Callable[[str], str], *, refresh: bool = False
) -> StackVerdict:
    """The verdict on one stack that is ready to be previewed. `tidy` takes secrets out of every text."""
    collector, ended, began = Collector(stack.name, tidy), "", time.monotonic()
    problems: list[Exception] = []

    def event(each: EngineEvent) -> None:
        # It is called in a thread of the API's own, where an exception would be lost.
        try:
            collector.event(each)
        except Exception as error:  # whatever it is, it is raised below
            problems.append(error)

    try:
        stack.preview(on_event=event, refresh=refresh, color="never", suppress_progress=True, suppress_outputs=True)
    except CommandError as error:
        ended = ending(str(error))
    if problems:
        raise problems[0]
    return collector.verdict(catalogue, today=day, ended=ended, looked=refresh, seconds=time.monotonic() - began)


class Unselected(LocalWorkspace):
    """A workspace whose stacks are named in each command, and never selected."""

    def select_stack(self, stack_name: str) -> None:
        """Nothing: which stack is selected belongs to the user."""


def rehearsed(
    options: Options, name: str, cli: Path, progress: Progress, catalogue: Catalogue, day: date
) -> StackVerdict:
    """A preview that needs no server and no secrets: against what the base deploys, or of everything."""
    plan = rehearse.Options(root=options.root, stack=name, config_file=options.config_file)
    reason = ""
    if options.base is not None:
        with rehearse.prepared(plan, cli, progress) as ready:
            with progress.step(f"deploy the base of {name}"):
                reason = deploy_base(ready, options.base)
            if not reason:
                return replace(_rehearsal(options, ready, catalogue, day), compared=True)
            progress.note(f"nothing to compare with: {reason}")
    # A base that came half way is gone with its Dokploy.
    with rehearse.prepared(plan, cli, progress) as ready:
        return replace(_rehearsal(options, ready, catalogue, day), base_failure=reason)


def _rehearsal(options: Options, ready: rehearse.Prepared, catalogue: Catalogue, day: date) -> StackVerdict:
    copy = ready.workspace.project
    _place(options.pack, copy)
    project = Unselected(work_dir=str(copy), pulumi_home=str(ready.workspace.home), pulumi_command=ready.engine)
    return preview(
        Stack.select(ready.options.stack, project),
        catalogue,
        day,
        lambda text: ready.masking.text(text).replace(str(copy), str(options.root)),
    )


def previewed(
    options: Options, name: str, cli: Path, progress: Progress, catalogue: Catalogue, day: date
) -> StackVerdict:
    """A preview against the stack's own server. Raises OpsError when the stack cannot be read."""
    if not os.environ.get("PULUMI_BACKEND_URL") and not (options.root / STATE).is_dir():
        raise OpsError(
            f"stack {name} has no state in {STATE}: set PULUMI_BACKEND_URL to where its state is, "
            "or use --rehearse, which needs none"
        )
    file = options.config_file or options.root / f"Pulumi.{name}.yaml"
    with private_workspace(options.root) as workspace:
        written = read_config(options.root, name, file)
        copy = placed(workspace, options.root, written)
        shutil.copy2(file, copy / f"Pulumi.{name}.yaml")
        _place(options.pack, copy)
        environment = {
            **os.environ,
            **deployment_environment(options.root, cli, os.environ, progress.note),
            **docker_environment(options.root, name, progress),
            **policy_options(copy, name),
        }
        project = Unselected(work_dir=str(copy), pulumi_command=Engine(cli, environment))
        try:
            config = {key: entry.value for key, entry in project.get_all_config(name).items()}
        except CommandError as error:
            raise OpsError(f"stack {name} cannot be read: {reason(error)}") from None
        masking = Masking([*_secrets(written, config), *_of_the_environment()])
        return preview(
            Stack.select(name, project),
            catalogue,
            day,
            lambda text: masking.text(text).replace(str(copy), str(options.root)),
            refresh=options.refresh,
        )


def _of_the_environment() -> list[str]:
    return [os.environ[name] for name in SECRET_VARIABLES if os.environ.get(name)]


def _secrets(file: Mapping[str, Any], config: Mapping[str, str]) -> list[str]:
    """The decrypted values of what is encrypted in the stack's file."""
    found = []
    for path in encrypted(file):
        key, *parts = path.split(".")
        value: Any = json.loads(config[key]) if parts else config[key]
        for part in parts:
            value = value[part]
        found.append(str(value))
    return found


def _place(pack: Path, project: Path) -> None:
    """Let the pack that judges take the place of the copy's own."""
    shutil.rmtree(project / PACK, ignore_errors=True)
    shutil.copytree(pack, project / PACK, ignore=shutil.ignore_patterns("__pycache__"))
