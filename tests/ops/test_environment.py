"""A plain `pulumi` works on the project's own state, unless its user says otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ops.environment import deployment_environment, exports
from ops.errors import OpsError

CLI = Path("/opt/pulumi/bin/pulumi")


@pytest.fixture
def said() -> list[str]:
    return []


def test_the_state_lies_in_the_checkout_and_its_passphrase_is_made_once(tmp_path: Path, said: list[str]) -> None:
    first = deployment_environment(tmp_path, CLI, {"PATH": "/bin"}, said.append)
    second = deployment_environment(tmp_path, CLI, {"PATH": "/bin"}, said.append)

    passphrase = tmp_path / ".pulumi-state" / "passphrase"
    assert first == second
    assert first["PATH"] == "/opt/pulumi/bin:/bin"
    assert first["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/.pulumi-state"
    assert first["PULUMI_CONFIG_PASSPHRASE_FILE"] == str(passphrase)
    assert passphrase.stat().st_mode & 0o077 == 0
    assert len(passphrase.read_text()) >= 32
    assert len(said) == 1
    assert "keep a copy" in said[0]
    assert passphrase.read_text() not in said[0]


def test_a_backend_of_the_users_own_is_kept_and_nothing_is_made(tmp_path: Path, said: list[str]) -> None:
    added = deployment_environment(tmp_path, CLI, {"PULUMI_BACKEND_URL": "s3://mine"}, said.append)

    assert "PULUMI_BACKEND_URL" not in added
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in added
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_a_passphrase_of_the_users_own_is_kept(tmp_path: Path, said: list[str], name: str) -> None:
    added = deployment_environment(tmp_path, CLI, {name: ""}, said.append)

    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in added
    assert not (tmp_path / ".pulumi-state" / "passphrase").exists()


def test_a_lost_passphrase_is_not_replaced_by_one_that_reads_nothing(tmp_path: Path, said: list[str]) -> None:
    stacks = tmp_path / ".pulumi-state" / ".pulumi" / "stacks" / "chatzwa"
    stacks.mkdir(parents=True)
    (stacks / "production.json").write_text("{}")

    with pytest.raises(OpsError, match="passphrase is missing"):
        deployment_environment(tmp_path, CLI, {}, said.append)


def test_a_shell_gets_values_with_blanks_and_quotes_unchanged() -> None:
    value = "/home/o'neil/my folder/$HOME"
    script = f'{exports({"PULUMI_HOME": value})}\nprintf %s "$PULUMI_HOME"'

    assert subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout == value
