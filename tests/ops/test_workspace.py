"""A rehearsal's project is its own: nothing of the user's Pulumi reaches it, and nothing of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ops.errors import OpsError, UsageError
from ops.workspace import private_workspace


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "check out"
    for folder in (".venv", ".git", ".pulumi-state", "components"):
        (root / folder).mkdir(parents=True)
    (root / "Pulumi.yaml").write_text("name: chatzwa\nruntime: python\nbackend: {url: s3://mine}\n")
    (root / "Pulumi.staging.yaml").write_text("config: {chatzwa:host: mine}\n")
    (root / "__main__.py").write_text("")
    return root


def test_the_project_holds_the_program_and_neither_the_stacks_file_nor_the_state(root: Path) -> None:
    with private_workspace(root) as workspace:
        assert {path.name for path in workspace.project.iterdir()} == {
            ".venv",
            "Pulumi.yaml",
            "__main__.py",
            "components",
        }


def test_the_projects_own_backend_is_left_out(root: Path) -> None:
    with private_workspace(root) as workspace:
        assert "backend" not in yaml.safe_load((workspace.project / "Pulumi.yaml").read_text())


def test_nothing_that_steers_pulumi_or_names_a_server_is_inherited(root: Path) -> None:
    users = {
        "PATH": "/bin",
        "PULUMI_ACCESS_TOKEN": "t",
        "PULUMI_HOME": "/mine",
        "PULUMI_OPTION_PARALLEL": "1",
        "DOKPLOY_URL": "https://real.server",
        "DOKPLOY_API_KEY": "real",
        "LANG": "C",
    }

    with private_workspace(root) as workspace:
        environment = workspace.environment(users)

    assert environment["LANG"] == "C"
    assert not {"PULUMI_ACCESS_TOKEN", "PULUMI_OPTION_PARALLEL", "DOKPLOY_URL", "DOKPLOY_API_KEY"} & set(environment)
    assert environment["PULUMI_HOME"].startswith(str(workspace.folder))


def test_calls_to_the_simulator_go_past_the_users_proxy(root: Path) -> None:
    with private_workspace(root) as workspace:
        environment = workspace.environment({"HTTPS_PROXY": "http://proxy", "NO_PROXY": "intranet"})

    assert environment["NO_PROXY"] == "intranet,127.0.0.1,localhost,::1"
    assert environment["no_proxy"] == "127.0.0.1,localhost,::1"


def test_nobody_else_can_look_into_the_folder_and_it_is_gone_afterwards(root: Path) -> None:
    with private_workspace(root) as workspace:
        assert workspace.folder.stat().st_mode & 0o077 == 0

    assert not workspace.folder.exists()
    assert (root / "components").exists()


@pytest.mark.parametrize("keep", [False, True])
def test_it_is_gone_after_an_interrupt_whether_or_not_it_was_to_be_kept(root: Path, keep: bool) -> None:
    with pytest.raises(KeyboardInterrupt), private_workspace(root, keep=keep) as workspace:
        raise KeyboardInterrupt

    assert not workspace.folder.exists()


def test_it_stays_when_it_is_to_be_kept(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with private_workspace(root, keep=True) as workspace:
        pass

    assert workspace.project.exists()


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no Pulumi\.yaml"), private_workspace(tmp_path):
        pass


def test_a_checkout_that_is_not_set_up_says_how_to_do_it(root: Path) -> None:
    (root / ".venv").rmdir()

    with pytest.raises(OpsError, match="run `make setup`"), private_workspace(root):
        pass
