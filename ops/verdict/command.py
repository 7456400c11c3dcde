"""`python -m ops report` and `python -m ops comment`: their options, what they print, and their exit codes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ops import errors
from ops.counted import counted
from ops.evidence.records import evidence_file, updates
from ops.evidence.records import read as read_evidence
from ops.policies import require_pack
from ops.progress import Progress
from ops.verdict.escape import one_line
from ops.verdict.files import tell_github, write_files, write_text
from ops.verdict.links import Links
from ops.verdict.model import Outcome, Report
from ops.verdict.page.html import page
from ops.verdict.previews import Options
from ops.verdict.run import judge
from toolchain import locate as locate_cli

ROOT = Path(__file__).resolve().parents[2]
CODES: dict[Outcome, int] = {"mergeable": 0, "blocked": errors.FAILED, "failed": errors.COULD_NOT_RUN}

EPILOG = (
    "Example: `python -m ops report staging production --out report`\n\n"
    "Without a server and secrets: `python -m ops report --rehearse`\n\n"
    "Exit codes: 0 every stack is mergeable, 1 policies block, 2 wrong usage, 3 a preview failed."
)


def report_stacks(
    stack: Annotated[
        list[str] | None,
        typer.Argument(help="The stacks; all of Dokploy's if left out.", show_default=False),
    ] = None,
    rehearse: Annotated[
        bool,
        typer.Option("--rehearse", help="Against a Dokploy in memory, with generated secrets: for forks and laptops."),
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Also look for what was changed by hand on the server.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Write report.md, .json, .sarif and .xml into this folder.", show_default=False),
    ] = None,
    config_file: Annotated[
        Path | None,
        typer.Option(help="Judge one stack with this file instead of Pulumi.STACK.yaml.", show_default=False),
    ] = None,
    policies: Annotated[
        Path | None,
        typer.Option(
            help="Judge by the pack in this folder, such as that of the base branch, instead of the checkout's own.",
            show_default=False,
        ),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the readiness page: one file, no network.", show_default=False),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="With --rehearse: compare with this checkout, such as that of the base branch.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of the summary.")] = False,
) -> None:
    """Say whether a change may be merged: preview each stack under the policies, and write one verdict.

    Nothing is changed: neither a server, nor a state, nor which stack is selected. In a workflow of GitHub the job's
    summary and annotations are written too.
    """
    if rehearse and refresh:
        raise errors.UsageError("--refresh reads a server, and a rehearsal has none: leave one of them out")
    if base is not None and not rehearse:
        raise errors.UsageError("--base is for a rehearsal: a preview compares with what is deployed")
    if base is not None and not (base / "Pulumi.yaml").is_file():
        raise errors.UsageError(f"--base: {base} holds no Pulumi.yaml")
    if policies is not None:
        require_pack(policies)
    if config_file and len(stack or ()) != 1:
        raise errors.UsageError("--config-file stands for the file of one stack: name exactly one")
    options = Options(
        root=ROOT,
        stacks=tuple(stack or ()),
        rehearse=rehearse,
        refresh=refresh,
        config_file=config_file,
        policies=policies,
        base=base.resolve() if base else None,
    )
    progress, links = Progress(), Links.of(os.environ)
    report = judge(options, locate_cli(), progress)
    if out is not None:
        for path in write_files(report, out, links):
            progress.note(f"wrote {path}")
    if html is not None:
        write_text(html, page(report, updates(read_evidence(evidence_file(ROOT))), links))
        progress.note(f"wrote {html}")
    for line in tell_github(report, os.environ, links):
        typer.echo(line, err=as_json)
    typer.echo(json.dumps(report.to_json(), indent=2) if as_json else "\n".join(_summary(report)))
    raise typer.Exit(CODES[report.outcome])


def _summary(report: Report) -> Iterator[str]:
    for stack in report.stacks:
        counts = ", ".join(
            f"{count} to {operation}"
            for operation in ("create", "update", "replace", "delete")
            if (count := stack.count(operation))
        )
        yield f"{stack.stack}: {stack.sentence}; {counts or 'no change'}"
        for failure in stack.failures:
            # A line that began with two colons would be a command to a workflow.
            yield from (f"  | {one_line(line)}" for line in failure.splitlines())
        for found in stack.violations:
            said = "blocks" if found.level == "mandatory" else "advises"
            yield f"  {said}: {found.rule}: {one_line(found.name)}: {one_line(found.text)}"
        for each in stack.exemptions:
            yield f"  exempt for {counted(each.days_left, 'day')}: {each.rule}: {one_line(each.resource)}"
        for change in stack.drift or ():
            yield f"  drift: {one_line(change.name)}: {', '.join(one_line(path.path) for path in change.paths)}"
