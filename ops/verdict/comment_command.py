"""`python -m ops comment`: its options, what it reads of the environment, and its exit codes."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from ops.errors import UsageError
from ops.progress import Progress
from ops.verdict.fitting import fitted
from ops.verdict.github import PullRequest
from ops.verdict.links import Links

API = "https://api.github.com"

EPILOG = (
    "Example: `python -m ops comment --file report/report.md --pull-request 7`\n\n"
    "GITHUB_TOKEN, GITHUB_REPOSITORY and GITHUB_API_URL come from the environment, and PULL_REQUEST where no number "
    "is given. Exit codes: 0 the comment is there, 2 something is missing, 3 GitHub did not take it."
)


def comment_on(
    file: Annotated[Path, typer.Option(help="The text, in Markdown.", show_default=False)],
    pull_request: Annotated[
        int | None, typer.Option(help="Its number; PULL_REQUEST if left out.", show_default=False)
    ] = None,
    link: Annotated[
        str | None, typer.Option(help="Where the whole report is; the workflow's run if left out.", show_default=False)
    ] = None,
) -> None:
    """Keep one comment on a pull request: made the first time, updated in place afterwards."""
    token, repository = _needed("GITHUB_TOKEN", os.environ), _needed("GITHUB_REPOSITORY", os.environ)
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise UsageError("GITHUB_REPOSITORY is not a name like owner/repository")
    number = pull_request if pull_request is not None else _number(os.environ)
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}") from None
    request = PullRequest(repository, number, token, api=os.environ.get("GITHUB_API_URL") or API)
    # A marker may have to be put before it.
    done = request.keep(fitted(text, link or Links.of(os.environ).run, 65_000))
    Progress().note(f"{done} the comment on {repository}#{number}")


def _needed(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise UsageError(f"{name} is not set: run this in a workflow, or export it")
    return value


def _number(environment: Mapping[str, str]) -> int:
    given = environment.get("PULL_REQUEST", "").strip()
    if not given.isdecimal():
        raise UsageError("PULL_REQUEST is not a number: set it, or give --pull-request")
    return int(given)
