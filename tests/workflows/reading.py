"""The workflows as data: what the tests ask of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
SCRIPTS = ROOT / ".github" / "scripts"
FILES = sorted(FOLDER.glob("*.yml"))
SHELL = "bash"
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job with the name of its workflow."""

    workflow: str
    name: str
    data: dict[str, Any]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return list(self.data["steps"])

    @property
    def rights(self) -> dict[str, str]:
        return dict(self.data.get("permissions", {}))

    def scripts(self) -> str:
        return "\n".join(step["run"] for step in self.steps if "run" in step)

    def __str__(self) -> str:
        return f"{self.workflow}/{self.name}"


def workflow(name: str) -> dict[str, Any]:
    return read((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))


def read(text: str) -> dict[str, Any]:
    data = yaml.safe_load(text)
    # YAML 1.1 takes the key `on` for a truth.
    data["on"] = data.pop(True)
    return dict(data)


def jobs() -> list[Job]:
    return [
        Job(workflow=file.stem, name=name, data=data)
        for file in FILES
        for name, data in workflow(file.stem)["jobs"].items()
    ]


def job(name: str) -> Job:
    (found,) = [one for one in jobs() if str(one) == name]
    return found


def strings(value: Any) -> Iterator[str]:
    """Every text in `value`, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
