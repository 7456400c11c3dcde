"""The command that starts the app, as a shell would be given it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from sop.texts.shell import Step
from sop.views.dokploy_workload import DokployWorkload
from sop.views.workload import Workload

_PACKAGE_MANAGERS = frozenset({"bun", "npm", "pnpm", "yarn"})
_WITH_A_VALUE = frozenset({"--cwd", "--dir", "--filter", "--loglevel", "--prefix", "--workspace", "-C", "-F", "-w"})
"""Options of package managers whose value is the next word."""
_START_VARIABLES = {"nixpacks": "NIXPACKS_START_CMD", "railpack": "RAILPACK_START_CMD"}
"""Where builders are told another start than the app's own."""
_STARTS_THE_PACKAGE = frozenset({"nixpacks", "railpack", "heroku_buildpacks", "paketo_buildpacks"})
"""Builders whose images run the package's start script where nothing else is said."""


def script(workload: Workload) -> str:
    """What is run; empty where it is the image's own start."""
    command = workload.command
    if command:
        # One word with blanks in it is a whole command for whoever splits it.
        return command[0] if len(command) == 1 else shlex.join(command)
    variable = _START_VARIABLES.get(workload.builder or "") if isinstance(workload, DokployWorkload) else None
    return (workload.env.text(variable) or "") if variable else ""


def is_left_to_the_builder(workload: Workload) -> bool:
    """Whether the package's start script runs unless a command is given."""
    return isinstance(workload, DokployWorkload) and workload.builder in _STARTS_THE_PACKAGE


def runs_the_package(step: Step) -> bool:
    """Whether a command runs the package's start script: `npm start`, `npm --prefix /app run -s start`."""
    if step.program == "node":
        return "--run=start" in step.words or ("--run", "start") in zip(step.words, step.words[1:], strict=False)
    return step.program in _PACKAGE_MANAGERS and _script_named(step.words[1:]) == "start"


def _script_named(words: Sequence[str]) -> str | None:
    """The first word for a package manager that is neither an option nor `run`."""
    left = iter(words)
    for word in left:
        if word in _WITH_A_VALUE:
            next(left, None)
        elif not word.startswith("-") and word not in ("run", "run-script"):
            return word
    return None
