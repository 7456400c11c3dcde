"""A misspelt stack is refused before anything is made for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.errors import OpsError, UsageError
from ops.known_stack import require_stack

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for stack in ("production", "staging"):
        (tmp_path / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    return tmp_path


@pytest.fixture
def cli(tmp_path: Path) -> Path:
    """A Pulumi whose state has the stacks `qa` and, of an organization, `us`."""
    listed = json.dumps([{"name": "qa"}, {"name": "company/us"}])
    path = tmp_path / "pulumi"
    path.write_text(f"#!/bin/sh\n[ \"$1 $2\" = 'stack ls' ] && echo '{listed}'\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("stack", ["staging", "company/staging", "company/chatzwa/staging"])
def test_a_stack_with_a_file_is_known_without_asking_pulumi(root: Path, stack: str) -> None:
    require_stack(root, stack, root / "no-such-pulumi", {"PULUMI_BACKEND_URL": "s3://mine"}, print)


@pytest.mark.parametrize("stack", ["qa", "us", "company/us"])
@pytest.mark.parametrize("inherited", [{"PULUMI_BACKEND_URL": "s3://mine"}, {}])
def test_a_stack_with_a_state_is_known(root: Path, cli: Path, stack: str, inherited: dict[str, str]) -> None:
    (root / ".pulumi-state").mkdir()

    require_stack(root, stack, cli, inherited, lambda _: None)


def test_another_is_refused_with_the_names_that_there_are(root: Path, cli: Path) -> None:
    with pytest.raises(UsageError) as refused:
        require_stack(root, "stagng", cli, {"PULUMI_BACKEND_URL": "s3://mine"}, print)

    assert str(refused.value) == (
        f"there is no stack stagng; {root} has production, qa, staging, us: did you mean staging?"
    )


def test_where_there_is_no_state_none_is_made_for_it(root: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no stack qa; .* has production, staging$"):
        require_stack(root, "qa", root / "no-such-pulumi", {}, print)

    assert not (root / ".pulumi-state").exists()


def test_a_state_that_cannot_be_read_is_no_proof_that_the_stack_is_misspelt(root: Path) -> None:
    cli = root / "pulumi"
    cli.write_text("#!/bin/sh\necho 'error: no such bucket' >&2\nexit 1\n")
    cli.chmod(0o755)

    with pytest.raises(OpsError, match=r"^the stacks of this state cannot be listed: no such bucket$") as refused:
        require_stack(root, "qa", cli, {"PULUMI_BACKEND_URL": "s3://mine"}, print)
    assert not isinstance(refused.value, UsageError)


@pytest.mark.engine
def test_the_shell_gets_nothing_to_go_on_with_and_the_words_are_those_of_status(tmp_path: Path) -> None:
    def ops(*arguments: str) -> subprocess.CompletedProcess[str]:
        settings = {**os.environ, "PULUMI_BACKEND_URL": f"file://{tmp_path}", "PULUMI_CONFIG_PASSPHRASE": "x"}
        command = [sys.executable, "-m", "ops", *arguments]
        return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)

    env, status = ops("env", "--stack", "stagng"), ops("status", "stagng")

    assert (env.returncode, env.stdout) == (2, "")
    assert env.stderr == status.stderr.splitlines(keepends=True)[-1]
    assert not list(tmp_path.rglob("*.json"))
