"""What a preview of a copy of the project finds around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from components.stand_ins import SEED_FILE
from ops.errors import OpsError
from ops.verdict.surroundings import placed
from ops.workspace import Workspace


def of_folder(path: Any) -> dict[str, Any]:
    return {"chatzwa:app": {"source": {"context": {"path": path}}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with folders to build from in it and beside it."""
    root = tmp_path / "work" / "main"
    for folder in (
        root / "components",
        root / "examples/app",
        root / "own",
        tmp_path / "work/chatzwa",
        tmp_path / "far",
    ):
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"# {folder.name}")
    return root


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(folder=tmp_path / "workspace")
    (made.project / "components").mkdir(parents=True)
    (made.project / "components/Dockerfile").write_text("# components")
    (made.project / "Pulumi.yaml").write_text("name: chatzwa")
    return made


@pytest.mark.parametrize("path", ["examples/app", "./own/", "components", "../chatzwa", "../../far"])
def test_a_folder_is_found_by_the_path_that_it_has_from_the_project(
    path: str, root: Path, workspace: Workspace
) -> None:
    copy = placed(workspace, root, of_folder(path))

    assert (copy / "Pulumi.yaml").is_file()
    assert copy.is_relative_to(workspace.folder)
    assert (copy / path / "Dockerfile").read_text() == (root / path / "Dockerfile").read_text()


def test_an_absolute_path_needs_nothing_and_nothing_is_written_to_what_is_built(
    root: Path, workspace: Workspace, tmp_path: Path
) -> None:
    before = sorted(tmp_path.rglob("Dockerfile"))

    placed(workspace, root, of_folder(str(tmp_path / "far")))

    assert [path for path in sorted(tmp_path.rglob("Dockerfile")) if "workspace" not in path.parts] == [
        path for path in before if "workspace" not in path.parts
    ]


@pytest.mark.parametrize("path", [".", "..", "examples/.."])
def test_a_folder_that_holds_the_project_is_refused(path: str, root: Path, workspace: Workspace) -> None:
    with pytest.raises(OpsError, match=r"app\.source\.context: .* holds this project") as refused:
        placed(workspace, root, of_folder(path))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "config", [{}, {"chatzwa:app": None}, of_folder(None), of_folder(["own"]), of_folder("nowhere")]
)
def test_what_names_no_folder_is_left_for_the_settings_to_say(
    config: dict[str, Any], root: Path, workspace: Workspace
) -> None:
    assert (placed(workspace, root, config) / "Pulumi.yaml").is_file()


def test_the_seed_of_stand_ins_comes_along_so_that_their_values_stay(root: Path, workspace: Workspace) -> None:
    (root / SEED_FILE).parent.mkdir()
    (root / SEED_FILE).write_bytes(b"seed")
    (root / SEED_FILE).chmod(0o600)

    copy = placed(workspace, root, {})

    assert (copy / SEED_FILE).read_bytes() == b"seed"
    assert (copy / SEED_FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in (copy / SEED_FILE).parent.iterdir()] == [SEED_FILE.name]
