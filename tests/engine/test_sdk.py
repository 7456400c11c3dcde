"""The package schema is complete, and the committed SDK is the one that it generates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.workspace import CHECKOUT, Workspace

pytestmark = pytest.mark.engine

PROVIDER = str(CHECKOUT / "dokploy")


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory, empty_project: Path) -> dict[str, Any]:
    from dokploy.simulator import Simulator

    with Simulator() as simulator:
        outcome = Workspace(empty_project, simulator).pulumi("package", "get-schema", PROVIDER).succeeded()
    schema: dict[str, Any] = json.loads(outcome.text)
    return schema


def _properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from (("config", value) for value in [schema["config"]["variables"]])
    for kind in ("resources", "types"):
        for token, described in schema[kind].items():
            for group in ("inputProperties", "properties"):
                if group in described:
                    yield f"{token} {group}", described[group]


def test_every_resource_and_property_has_a_description(schema: dict[str, Any]) -> None:
    silent = [
        f"{where} {name}"
        for where, properties in _properties(schema)
        for name, described in properties.items()
        if not described.get("description")
    ]
    silent += [token for token, described in schema["resources"].items() if not described.get("description")]
    assert silent == []


def test_the_committed_sdk_is_what_the_schema_generates(workspace: Workspace, tmp_path: Path) -> None:
    workspace.pulumi("package", "gen-sdk", PROVIDER, "--language", "python", "--out", str(tmp_path)).succeeded()
    generated, committed = tmp_path / "python" / "pulumi_dokploy", CHECKOUT / "sdks" / "dokploy" / "pulumi_dokploy"
    assert _files(generated) == _files(committed), "run `make sdk` and commit sdks/"


def _files(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
