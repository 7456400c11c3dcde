"""Tells a new stack from a misspelt one, before Pulumi makes the state of either."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from ops.environment import STATE, deployment_environment
from ops.errors import OpsError
from ops.stack_file import stacks, unknown_stack


def require_stack(root: Path, stack: str, cli: Path, inherited: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Raises UsageError for a stack that has neither a `Pulumi.<stack>.yaml` nor a state; nothing is made.

    On Pulumi Cloud `stack` may begin with its organization and project.
    """
    known = set(stacks(root))
    # Where the state has not even a folder, no stack has one.
    if _short(stack) not in known and (inherited.get("PULUMI_BACKEND_URL") or (root / STATE).is_dir()):
        known |= _with_a_state(root, cli, {**inherited, **deployment_environment(root, cli, inherited, say)})
    if _short(stack) not in known:
        raise unknown_stack(root, stack, sorted(known))


def _with_a_state(root: Path, cli: Path, environment: Mapping[str, str]) -> set[str]:
    command = [str(cli), "stack", "ls", "--json", "--non-interactive"]
    ended = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        reason = (ended.stderr.strip() or ended.stdout.strip()).splitlines()[-1:]
        raise OpsError(f"the stacks of this state cannot be listed: {''.join(reason).removeprefix('error: ')}")
    return {_short(each["name"]) for each in json.loads(ended.stdout)}


def _short(stack: str) -> str:
    return stack.rpartition("/")[2]
