"""What a command does where its output cannot be written, run as a shell runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FULL = "standard output cannot be written: No space left on device"
CLOSED = "standard output cannot be written: Bad file descriptor"


def shell(line: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run the line with `ops` for the command; its exit code is that of the first command of a pipe."""
    variables = {
        **os.environ,
        "EVIDENCE_FILE": str(tmp_path / "none.jsonl"),
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PYTHON": sys.executable,
    }
    script = f'ops() {{ "$PYTHON" -m ops "$@"; }}\n{line}\nexit "${{PIPESTATUS[0]}}"'
    return subprocess.run(
        ["bash", "-c", script], cwd=ROOT, env=variables, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("command", ["--help", "env", "evidence", "evidence --json", "rehearse --help"])
@pytest.mark.parametrize(("where", "reason"), [("> /dev/full", FULL), (">&-", CLOSED)])
def test_output_that_cannot_be_written_is_one_line_and_3(tmp_path: Path, command: str, where: str, reason: str) -> None:
    ended = shell(f"ops {command} {where}", tmp_path)

    assert (ended.returncode, ended.stderr) == (3, f"error: {reason}\n")


@pytest.mark.parametrize("command", ["--help", "env", "evidence", "rehearse --help"])
def test_a_reader_that_has_gone_ends_it_with_141_and_no_word(tmp_path: Path, command: str) -> None:
    ended = shell(f"(sleep 0.5; ops {command}) | true", tmp_path)

    assert (ended.returncode, ended.stdout, ended.stderr) == (141, "", "")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        # Progress and errors go to standard error.
        ("(sleep 0.5; ops report --refresh --rehearse) 2>&1 | true", 141),
        ("ops report --refresh --rehearse 2> /dev/full", 3),
        ("ops report --refresh --rehearse 2>&-", 2),
        ("ops evidence 2>&-", 0),
        ("ops evidence <&-", 0),
        ("ops evidence 2> /dev/full > /dev/full", 3),
    ],
)
def test_standard_error_and_input_are_streams_too(tmp_path: Path, line: str, code: int) -> None:
    ended = shell(line, tmp_path)

    assert (ended.returncode, ended.stderr) == (code, "")


def test_all_that_is_written_arrives_unchanged(tmp_path: Path) -> None:
    assert "rehearse" in shell("ops --help", tmp_path).stdout
    assert shell("ops env | cat", tmp_path).stdout.startswith("export PATH=")


def test_a_shell_that_took_up_the_environment_runs_the_commands_as_the_pages_write_them(tmp_path: Path) -> None:
    ended = shell('eval "$(ops env)"; python -c "import sys; print(sys.prefix)"; python -m ops evidence', tmp_path)

    assert (ended.returncode, ended.stdout.splitlines()[0]) == (0, sys.prefix)
