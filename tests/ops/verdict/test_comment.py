"""One comment on a pull request, kept through GitHub's API as it answers on the loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.verdict.fitting import fitted
from ops.verdict.github import PullRequest
from ops.verdict.markdown import MARKER
from tests.ops.verdict.hub import TOKEN, Hub, running

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def hub() -> Iterator[Hub]:
    with running() as made:
        yield made


def keep(hub: Hub, text: str, token: str = TOKEN) -> str:
    return PullRequest("o/r", 7, token, api=hub.url).keep(text)


def command(hub: Hub, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    known = {"GITHUB_API_URL": hub.url, "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": "o/r", "PULL_REQUEST": "7"}
    return subprocess.run(
        [sys.executable, "-m", "ops", "comment", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_PROXY": "127.0.0.1", **known, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_two_runs_leave_one_comment_with_the_newest_text(hub: Hub) -> None:
    assert keep(hub, f"{MARKER}\nfirst") == "created"
    assert keep(hub, f"{MARKER}\nsecond") == "updated"

    assert [comment["body"] for comment in hub.comments] == [f"{MARKER}\nsecond"]


def test_the_comment_is_found_behind_many_others(hub: Hub) -> None:
    for number in range(250):
        hub.add(f"talk {number}", login="somebody", kind="User")
    keep(hub, "first")

    assert keep(hub, "second") == "updated"
    assert len(hub.comments) == 251


def test_somebody_elses_comment_with_the_marker_is_left_alone(hub: Hub) -> None:
    planted = hub.add(f"{MARKER}\nplanted", login="somebody", kind="User")

    assert keep(hub, "verdict") == "created"
    assert planted["body"] == f"{MARKER}\nplanted"


def test_a_personal_token_finds_the_comment_of_its_owner(hub: Hub) -> None:
    hub.login = "a-person"
    hub.add(f"{MARKER}\nof a bot")
    keep(hub, "first")

    assert keep(hub, "second") == "updated"
    assert [comment["body"].splitlines()[1] for comment in hub.comments] == ["of a bot", "second"]


def test_a_lost_answer_leaves_one_comment(hub: Hub) -> None:
    hub.lose_after_post = 1

    assert keep(hub, "verdict") == "updated"
    assert len(hub.comments) == 1


def test_comments_that_were_made_twice_become_one(hub: Hub) -> None:
    hub.add(f"{MARKER}\none")
    hub.add(f"{MARKER}\ntwo")

    keep(hub, "verdict")

    assert [comment["body"] for comment in hub.comments] == [f"{MARKER}\nverdict"]


def test_a_refusal_is_one_line_without_the_token(hub: Hub) -> None:
    hub.failures = [403]

    with pytest.raises(OpsError, match="refused GET of the comment with status 403; the token needs") as refused:
        keep(hub, "verdict")
    assert TOKEN not in str(refused.value)


def test_the_command_takes_everything_from_the_workflow(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("Rehearsed.\n" + "".join(f"line {number}\n" for number in range(20_000)))

    ended = command(hub, "--file", str(tmp_path / "report.md"))

    assert ended.returncode == 0, ended.stderr
    assert hub.comments[0]["body"].startswith(f"{MARKER}\nRehearsed.")
    assert len(hub.comments[0]["body"]) <= 65_536
    assert "the rest is in the files of the run" in hub.comments[0]["body"]


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"GITHUB_TOKEN": ""}, "error: GITHUB_TOKEN is not set"),
        ({"GITHUB_REPOSITORY": "o/r/../../x"}, "error: GITHUB_REPOSITORY is not a name"),
        ({"PULL_REQUEST": "7/../8"}, "error: PULL_REQUEST is not a number"),
    ],
)
def test_what_is_missing_is_named(hub: Hub, tmp_path: Path, variables: dict[str, str], said: str) -> None:
    (tmp_path / "report.md").write_text("verdict")

    ended = command(hub, "--file", str(tmp_path / "report.md"), **variables)

    assert (ended.returncode, hub.calls) == (2, [])
    assert said in ended.stderr


def test_a_text_that_is_cut_leaves_no_block_open() -> None:
    text = "# verdict\n````text\n" + "```\nlog\n" * 500 + "````\n"

    cut = fitted(text, "https://git.company.co/run", 1000)

    assert len(cut.encode()) <= 1000
    assert cut.split("\n\nShortened")[0].endswith("\n````")
    assert "[the files of the run](https://git.company.co/run)" in cut
