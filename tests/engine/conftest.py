"""A Dokploy in memory and a Pulumi project for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dokploy.simulator import Simulator
from tests.engine.workspace import Workspace

NewWorkspace = Callable[[Simulator], Workspace]


@pytest.fixture(scope="session")
def empty_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with an empty stack, to copy: making one anew takes a run of the CLI."""
    with Simulator() as simulator:
        return Workspace.make(tmp_path_factory.mktemp("project") / "empty", simulator).folder


@pytest.fixture(scope="session")
def new_workspace(empty_project: Path, tmp_path_factory: pytest.TempPathFactory) -> NewWorkspace:
    """Makes a project of its own for a simulator."""

    def make(simulator: Simulator) -> Workspace:
        folder = tmp_path_factory.mktemp("workspace") / "project"
        shutil.copytree(empty_project, folder)
        return Workspace(folder, simulator)

    return make


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def workspace(simulator: Simulator, new_workspace: NewWorkspace) -> Workspace:
    """An empty stack on a Dokploy of its own."""
    return new_workspace(simulator)
