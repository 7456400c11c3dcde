"""The daily audit: what it finds in a stack, and the one issue that tells of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflows.conftest import Runner

PULUMI = """#!/bin/sh
echo "$*" >> "$(dirname "$0")/pulumi-calls"
cat "$(dirname "$0")/$1.txt"
exit $(cat "$(dirname "$0")/$1.code")
"""
DRIFT = "~ memoryLimit: 1024Mi\nerror: no changes were expected but changes were proposed\n"
BROKEN = "sizing-memory-minimum\n~~~\n# no heading\nerror: one or more mandatory policy violations were found\n"
MARKER = "<!-- chatzwa:drift -->"


@pytest.fixture
def stack(runner: Runner) -> Runner:
    python = runner.folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\necho 'export PULUMI_SKIP_UPDATE_CHECK=true'\n")
    python.chmod(0o755)
    levels = runner.folder / "policies" / "levels"
    levels.mkdir(parents=True)
    (levels / "staging.json").write_text("{}")
    runner.program("pulumi", PULUMI)
    say(runner, "preview", "", 0)
    say(runner, "policy", "", 0)
    return runner


def say(runner: Runner, command: str, text: str, code: int) -> None:
    (runner.folder / "bin" / f"{command}.txt").write_text(text)
    (runner.folder / "bin" / f"{command}.code").write_text(str(code))


def audited(runner: Runner) -> tuple[int, str]:
    ended = runner.run("audit.sh", "staging", "out")
    return ended.returncode, (runner.folder / "out" / "audit.md").read_text()


def test_a_stack_that_is_as_it_should_be_passes(stack: Runner) -> None:
    assert audited(stack) == (
        0,
        "## staging\n\n- Server and branch agree.\n- The deployed state keeps the policies.\n",
    )


def test_an_audit_reads_the_server_and_changes_nothing(stack: Runner) -> None:
    audited(stack)

    preview, policy = (stack.folder / "bin" / "pulumi-calls").read_text().splitlines()
    assert preview.startswith("preview --stack staging --refresh --expect-no-changes ")
    assert policy.startswith(
        "policy analyze --stack staging --policy-pack policies --policy-pack-config policies/levels/staging.json "
    )


def test_a_stack_without_a_level_is_held_to_every_rule(stack: Runner) -> None:
    (stack.folder / "policies" / "levels" / "staging.json").unlink()

    audited(stack)

    assert "--policy-pack-config" not in (stack.folder / "bin" / "pulumi-calls").read_text()


def test_drift_is_shown_with_what_differs(stack: Runner) -> None:
    say(stack, "preview", DRIFT, 255)

    code, text = audited(stack)

    assert code == 1
    assert "- **Drift**: the server is not what the branch says.\n\n~~~text\n memoryLimit: 1024Mi\n" in text


def test_a_preview_that_failed_is_not_called_drift(stack: Runner) -> None:
    say(stack, "preview", "error: Dokploy cannot be reached\n", 255)

    code, text = audited(stack)

    assert code == 3
    assert "**The preview failed**" in text
    assert "Dokploy cannot be reached" in text
    assert "Drift" not in text


def test_a_violation_is_shown_and_cannot_leave_its_block(stack: Runner) -> None:
    say(stack, "policy", BROKEN, 1)

    code, text = audited(stack)

    assert code == 1
    assert "sizing-memory-minimum" in text
    assert [line for line in text.splitlines() if line.startswith("~~~")] == ["~~~text", "~~~"]


def test_a_pack_that_does_not_start_is_no_violation(stack: Runner) -> None:
    say(stack, "policy", "error: the pack could not be loaded\n", 255)

    code, text = audited(stack)

    assert code == 3
    assert "**The policies could not be asked.**" in text


def test_drift_beside_a_pack_that_does_not_start_is_the_worse_of_both(stack: Runner) -> None:
    say(stack, "preview", DRIFT, 255)
    say(stack, "policy", "error: the pack could not be loaded\n", 255)

    assert audited(stack)[0] == 3


@pytest.fixture
def audits(runner: Runner) -> Runner:
    for name, text in {"production": "## production\n", "staging": "## staging\n"}.items():
        folder = runner.folder / "audits" / name
        folder.mkdir(parents=True)
        (folder / "audit.md").write_text(text)
    runner.variables = {"RUN_URL": "https://github.example/runs/1"}
    return runner


def issue(runner: Runner, result: str) -> list[str]:
    """The command about the issue that followed the search, without the repository."""
    ended = runner.run("drift-issue.sh", result, "audits")
    assert ended.returncode == 0, ended.stderr
    assert runner.calls[0][:2] == ["issue", "list"]
    return [word for call in runner.calls[1:] for word in call]


def test_drift_opens_an_issue_that_tells_of_every_stack(audits: Runner) -> None:
    command = issue(audits, "failure")

    assert command[:2] == ["issue", "create"]
    assert command[-1].startswith(f"{MARKER}\nFound by the [daily audit](https://github.example/runs/1).")
    assert command[-1].endswith("\n## production\n\n## staging\n")


def test_drift_that_stays_updates_the_same_issue(audits: Runner) -> None:
    audits.answers = {"issue list": "12\n"}

    command = issue(audits, "failure")

    assert command[:3] == ["issue", "edit", "12"]
    assert "## staging" in command[-1]


def test_only_an_issue_that_the_workflow_opened_is_updated(audits: Runner) -> None:
    issue(audits, "failure")

    search = audits.calls[0]
    assert search[search.index("--author") + 1] == "app/github-actions"
    assert MARKER in search[search.index("--jq") + 1]


def test_drift_that_is_gone_closes_the_issue(audits: Runner) -> None:
    audits.answers = {"issue list": "12\n"}

    assert issue(audits, "success")[:3] == ["issue", "close", "12"]


def test_no_drift_and_no_issue_is_nothing_to_do(audits: Runner) -> None:
    assert issue(audits, "success") == []


def test_an_audit_without_a_result_is_told_too(audits: Runner) -> None:
    for path in Path(audits.folder / "audits").rglob("audit.md"):
        path.unlink()

    assert "**The audit ended before there was a result.**" in issue(audits, "failure")[-1]


def test_an_issue_is_never_longer_than_github_takes(audits: Runner) -> None:
    (audits.folder / "audits" / "staging" / "audit.md").write_text("x" * 200_000)

    assert len(issue(audits, "failure")[-1]) == 60_000
