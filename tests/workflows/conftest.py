"""A machine of GitHub's for the scripts: their folder, their variables, and a `gh` that answers from a list."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.workflows.reading import SCRIPTS

GH = """#!/bin/sh
# The kernel takes no interpreter whose path has a blank.
'''exec' "{python}" "$0" "$@" # '''
import json, pathlib, sys
here = pathlib.Path(__file__).parent
arguments = sys.argv[1:]
bodies = [pathlib.Path(after).read_text() for name, after in zip(arguments, arguments[1:]) if name == "--body-file"]
with (here / "calls").open("a") as calls:
    calls.write(json.dumps(arguments + bodies) + "\\n")
for part, answer in json.loads((here / "answers").read_text()).items():
    if part in " ".join(arguments):
        print(answer, end="")
"""


@dataclass(kw_only=True)
class Runner:
    """Runs a script of `.github/scripts` as a step does."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    """What `gh` prints, by a part of its command line."""

    def program(self, name: str, text: str) -> None:
        path = self.folder / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def run(self, script: str, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        self.program("gh", GH.format(python=sys.executable))
        (self.folder / "bin" / "answers").write_text(json.dumps(self.answers))
        environment: Mapping[str, str] = {
            "PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "your-company/chatzwa-infrastructure",
            "GITHUB_OUTPUT": str(self.folder / "output"),
            **self.variables,
            **variables,
        }
        return subprocess.run(
            [str(SCRIPTS / script), *map(str, arguments)],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[list[str]]:
        """The command lines of `gh`, each followed by the text of its body file."""
        path = self.folder / "bin" / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def output(self) -> str:
        path = self.folder / "output"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(folder=tmp_path)
