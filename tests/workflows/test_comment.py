"""Which pull request a report goes to, and what stands above it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.verdict.fitting import LIMIT
from ops.verdict.markdown import MARKER
from tests.workflows.conftest import Runner

FIND = {"WORKFLOW": "Preview", "HEAD_OWNER": "fork", "HEAD_BRANCH": "a branch; $(id)", "HEAD_SHA": "ab" * 20}
COMPOSE = {
    "WORKFLOW": "Preview",
    "PULL_REQUEST": "7",
    "RUN_URL": "https://github.example/runs/1",
    "HEAD_SHA": "ab" * 20,
}
PULLS, RUNS, FILES = "/pulls ", "server-preview.yml/runs", "/pulls/7/files"


@pytest.fixture
def finder(runner: Runner) -> Runner:
    runner.variables = dict(FIND)
    runner.answers = {PULLS: "7\n", RUNS: "0\n"}
    return runner


@pytest.fixture
def composer(runner: Runner) -> Runner:
    runner.variables = dict(COMPOSE)
    runner.answers = {FILES: '"Pulumi.staging.yaml"\n'}
    (runner.folder / "report.md").write_text("## staging: mergeable\n")
    return runner


def composed(runner: Runner, **variables: str) -> str:
    ended = runner.run("compose-comment.sh", "report.md", "comment.md", **variables)
    assert ended.returncode == 0, ended.stderr
    return (runner.folder / "comment.md").read_text()


def test_the_pull_request_is_the_one_whose_newest_commit_was_run(finder: Runner) -> None:
    ended = finder.run("find-pull-request.sh")

    assert (ended.returncode, finder.output) == (0, "number=7\n")
    asked = finder.calls[0]
    assert "head=fork:a branch; $(id)" in asked
    assert ".head.sha == $ENV.HEAD_SHA" in asked[asked.index("--jq") + 1]


def test_a_run_of_an_older_commit_comments_on_nothing(finder: Runner) -> None:
    finder.answers[PULLS] = ""

    ended = finder.run("find-pull-request.sh")

    assert (ended.returncode, finder.output) == (0, "")


def test_a_number_that_is_none_is_an_error(finder: Runner) -> None:
    finder.answers[PULLS] = "7\nnumber=8"

    ended = finder.run("find-pull-request.sh")

    assert (ended.returncode, finder.output) == (3, "")


def test_a_late_rehearsal_does_not_hide_what_the_servers_said(finder: Runner) -> None:
    finder.answers[RUNS] = "1\n"

    finder.run("find-pull-request.sh")

    assert finder.output == ""


def test_what_the_servers_say_is_always_told(finder: Runner) -> None:
    finder.answers[RUNS] = "1\n"

    finder.run("find-pull-request.sh", WORKFLOW="Server preview")

    assert finder.output == "number=7\n"


def test_a_comment_says_where_the_report_comes_from(composer: Runner) -> None:
    assert composed(composer) == (
        f"{MARKER}\nRehearsed at abababababab on the Dokploy in memory, by the change's own code: "
        "[run](https://github.example/runs/1).\n\n## staging: mergeable\n"
    )
    assert composed(composer, WORKFLOW="Server preview").startswith(
        f"{MARKER}\nPreviewed at abababababab on the real servers"
    )


def test_a_change_of_the_policies_is_shown_as_such(composer: Runner) -> None:
    composer.answers[FILES] = '"README.md"\n"policies/sop/rules/sizing.py"\n"policies/exemptions.yaml"\n'

    text = composed(composer)

    assert "**This change edits the policies.**" in text
    assert "> - `policies/exemptions.yaml`\n> - `policies/sop/rules/sizing.py`\n" in text
    assert "README.md" not in text


@pytest.mark.parametrize(
    "name",
    [".github/workflows/preview.yml", "ops/report.py", "toolchain/modules.py", "Makefile", "requirements.lock"],
)
def test_a_change_of_what_makes_the_report_is_shown_as_such(composer: Runner, name: str) -> None:
    composer.answers[FILES] = f'"{name}"\n'

    assert (
        f"**This change edits code that makes the report.** Read these files before you rely on it:\n> - `{name}`"
        in (composed(composer))
    )


def test_names_of_files_cannot_write_markdown(composer: Runner) -> None:
    composer.answers[FILES] = '"policies/`</details>@everyone [x](http:evil)é.py"\n'

    listed = [line for line in composed(composer).splitlines() if line.startswith("> - ")]

    assert listed == ["> - `policies/??/details??everyone??x??http?evil???.py`"]


def test_a_long_list_of_files_leaves_room_for_the_report(composer: Runner) -> None:
    composer.answers[FILES] = "".join(f'"policies/{number:03}.py"\n' for number in range(300))

    text = composed(composer)

    assert text.count("> - `") == 20
    assert "> - and 280 more\n" in text


def test_more_files_than_github_tells_of_are_told(composer: Runner) -> None:
    composer.answers[FILES] = "".join(f'"docs/{number}.md"\n' for number in range(3000))

    assert "more files than GitHub tells" in composed(composer)


def test_a_report_that_is_too_long_is_cut_and_says_where_it_is_whole(composer: Runner) -> None:
    (composer.folder / "report.md").write_text("é line of the report\n" * 10_000)

    text = composed(composer)

    assert LIMIT - 1000 < len(text.encode()) <= LIMIT
    assert text.endswith(
        "é line of the report\n\n\n**Cut here**: the whole report is an artifact of the "
        "[run](https://github.example/runs/1).\n"
    )


def test_a_rehearsal_without_a_report_is_told_too(composer: Runner) -> None:
    (composer.folder / "report.md").unlink()

    assert "**Preview failed**: the run ended before there was a report." in composed(composer)


def test_a_server_preview_that_nobody_approved_leaves_the_comment_alone(composer: Runner) -> None:
    (composer.folder / "report.md").unlink()

    ended = composer.run("compose-comment.sh", "report.md", "comment.md", WORKFLOW="Server preview")

    assert ended.returncode == 0
    assert not (composer.folder / "comment.md").exists()


def test_a_report_that_is_a_link_is_not_read(composer: Runner, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (composer.folder / "report.md").unlink()
    (composer.folder / "report.md").symlink_to(tmp_path / "secret")

    ended = composer.run("compose-comment.sh", "report.md", "comment.md")

    assert (ended.returncode, ended.stderr) == (3, "error: the report is not a plain file\n")
    assert not (composer.folder / "comment.md").exists()
