"""Judges stacks one after the other, and puts the verdicts into one report."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pulumi.automation import CommandError

from ops.errors import OpsError, UsageError
from ops.progress import Progress
from ops.stack_file import read_config, stacks
from ops.verdict.catalogue import read_catalogue
from ops.verdict.commit import commit, today
from ops.verdict.ending import ending
from ops.verdict.model import Report, StackVerdict
from ops.verdict.places import key_lines
from ops.verdict.previews import Options, previewed, rehearsed


def judge(options: Options, cli: Path, progress: Progress, inherited: Mapping[str, str] = os.environ) -> Report:
    """Preview every stack. Raises UsageError for a stack that does not exist, OpsError when nothing can run."""
    names = _named(options)
    for name in names:
        read_config(options.root, name, options.config_file)
    day = today(inherited)
    with progress.step("read the policy pack"):
        catalogue = read_catalogue(options.pack, day)
    one = rehearsed if options.rehearse else previewed
    verdicts = []
    for name in names:
        with progress.step(f"preview {name}"):
            try:
                verdicts.append(one(options, name, cli, progress, catalogue, day))
            except UsageError:
                raise
            except (OpsError, CommandError) as error:
                # The other stacks are still worth judging.
                reason = ending(str(error)) if isinstance(error, CommandError) else str(error)
                verdicts.append(StackVerdict(stack=name, failures=(reason,)))
    return Report(
        stacks=tuple(verdicts),
        catalogue=catalogue,
        rehearsed=options.rehearse,
        made=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        commit=commit(options.root, inherited),
        lines={name: key_lines(options.root / f"Pulumi.{name}.yaml") for name in names},
    )


def _named(options: Options) -> tuple[str, ...]:
    if options.stacks:
        return tuple(dict.fromkeys(options.stacks))
    found = [
        name for name in stacks(options.root) if read_config(options.root, name).get("chatzwa:platform") != "docker"
    ]
    if not found:
        raise UsageError(f"{options.root} has no stack for Dokploy; name the stacks to judge")
    return tuple(found)
