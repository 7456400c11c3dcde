"""A plain `pulumi` works on the project's own state, unless its user says otherwise."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ops.environment import check_passphrase, deployment_environment, exports
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


SALTED = "encryptionsalt: v1:abc=:v1:def:ghi\nconfig:\n  chatzwa:host: chat.company.com\n"


def test_a_stack_that_another_checkout_encrypted_is_refused_with_the_ways_out(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "Pulumi.staging.yaml").write_text(SALTED)
    with pytest.raises(OpsError) as refused:
        check_passphrase(tmp_path, "staging", {}, said.append)
    assert str(refused.value).startswith("Pulumi.staging.yaml is encrypted with a passphrase that this checkout does")
    assert "PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE" in str(refused.value)
    assert ".pulumi-state/passphrase" in str(refused.value)
    assert not (tmp_path / ".pulumi-state").exists()


def test_where_it_may_have_been_encrypted_here_a_note_says_what_to_do(tmp_path: Path, said: list[str]) -> None:
    (tmp_path / "Pulumi.staging.yaml").write_text(SALTED)
    deployment_environment(tmp_path, CLI, {}, lambda _: None)
    check_passphrase(tmp_path, "staging", {}, said.append)
    assert "should Pulumi find the passphrase of .pulumi-state/passphrase incorrect" in said[0]
    stacks = tmp_path / ".pulumi-state/.pulumi/stacks/chatzwa"
    stacks.mkdir(parents=True)
    (stacks / "staging.json").write_text("{}")
    check_passphrase(tmp_path, "staging", {}, said.append)
    assert len(said) == 1


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        (SALTED.replace("encryptionsalt", "# encryptionsalt"), {}),
        (SALTED, {"PULUMI_CONFIG_PASSPHRASE": ""}),
        (SALTED, {"PULUMI_BACKEND_URL": "s3://mine"}),
    ],
    ids=["not encrypted", "a passphrase of the user's own", "a backend of the user's own"],
)
def test_nothing_is_said_where_there_is_nothing_to_say(
    tmp_path: Path, said: list[str], text: str, variables: dict[str, str]
) -> None:
    (tmp_path / "Pulumi.staging.yaml").write_text(text)
    check_passphrase(tmp_path, "staging", variables, said.append)
    check_passphrase(tmp_path, "local", variables, said.append)
    assert said == []
