"""Writes the verdict in every form from one report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from ops.errors import OpsError
from ops.verdict.annotations import workflow_commands
from ops.verdict.junit import junit
from ops.verdict.links import Links
from ops.verdict.markdown import comment
from ops.verdict.model import Report
from ops.verdict.sarif import sarif

SUMMARY_LIMIT = 1_000_000
"""GitHub takes a job's summary of 1 MiB."""


def write_files(report: Report, folder: Path, links: Links) -> tuple[Path, ...]:
    """report.md, report.json, report.sarif and report.xml. Raises OpsError when the folder cannot be written."""
    texts = {
        "report.md": comment(report, links),
        "report.json": json.dumps(report.to_json(), indent=2) + "\n",
        "report.sarif": json.dumps(sarif(report, links), indent=2) + "\n",
        "report.xml": junit(report),
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return tuple(folder / name for name in texts)


def write_text(path: Path, text: str) -> None:
    """Write one file, and its folder where there is none. Raises OpsError when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OpsError(f"{path} cannot be written: {error.strerror}") from None


def tell_github(report: Report, environment: Mapping[str, str], links: Links) -> Iterator[str]:
    """Append the job's summary, and give the annotations to print; nothing outside of a workflow."""
    if summary := environment.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(comment(report, links, SUMMARY_LIMIT))
    if environment.get("GITHUB_ACTIONS") == "true":
        yield from workflow_commands(report)
