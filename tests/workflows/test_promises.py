"""What docs/workflows.md promises of every workflow: few rights, pinned actions, no way from a text into a shell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workflows.reading import EXPRESSION, FILES, FOLDER, SHELL, Job, job, jobs, strings, workflow

NAMES = [file.stem for file in FILES]
JOBS = jobs()
PINNED = re.compile(r"^\s*(?:- )?uses: (?P<action>[\w./-]+)@(?P<commit>[0-9a-f]{40}) # (?P<version>v\d+\.\d+\.\d+)$")
WRITES = {"comment/comment": {"pull-requests"}, "drift/issue": {"issues"}}
ENVIRONMENTS = {
    "server-preview/preview": "preview",
    "deploy/staging": "staging",
    "deploy/production": "production",
    "drift/audit": "drift",
}
# Who may start a run of these: anybody.
OPEN_TO_ALL = ["check", "preview"]


def test_there_is_a_workflow_for_each_promise() -> None:
    assert NAMES == ["check", "comment", "deploy", "drift", "preview", "server-preview"]
    assert [file.name for file in FOLDER.iterdir() if file.suffix != ".yml"] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_has_no_right_that_a_job_does_not_name(name: str) -> None:
    assert workflow(name)["permissions"] == {}


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_a_job_writes_only_what_it_is_for(one: Job) -> None:
    assert {right for right, level in one.rights.items() if level != "read"} == WRITES.get(str(one), set())


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_a_job_that_may_write_holds_no_secret_and_no_environment(one: Job) -> None:
    if str(one) in WRITES:
        assert "environment" not in one.data
        assert "secrets." not in "".join(strings(one.data))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_action_is_pinned_by_its_whole_commit_with_its_version_beside_it(file: Path) -> None:
    uses = [line for line in file.read_text(encoding="utf-8").splitlines() if "uses:" in line]

    assert uses
    assert [line for line in uses if not PINNED.match(line)] == []


def test_an_action_has_one_version_in_all_workflows() -> None:
    found = {PINNED.match(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()}
    pins = {match.group("action", "commit", "version") for match in found if match}

    assert len(pins) == len({action for action, _, _ in pins})
    assert all(action.startswith("actions/") for action, _, _ in pins)


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_no_expression_stands_in_a_shell(one: Job) -> None:
    assert EXPRESSION.findall(one.scripts()) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_failure_before_a_pipe_fails_the_step(name: str) -> None:
    assert workflow(name)["defaults"]["run"]["shell"] == SHELL
    assert "shell" not in "".join(key for one in JOBS for step in one.steps for key in step)


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_a_run_does_not_overtake_another_of_its_kind(one: Job) -> None:
    group = one.data.get("concurrency") or workflow(one.workflow).get("concurrency")

    assert set(group) == {"group", "cancel-in-progress"}


@pytest.mark.parametrize("name", ["deploy/staging", "deploy/production"])
def test_a_deployment_is_never_cut_off_by_the_next(name: str) -> None:
    assert job(name).data["concurrency"]["cancel-in-progress"] is False


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_a_job_ends_some_time(one: Job) -> None:
    assert 0 < one.data["timeout-minutes"] <= 75


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_a_checkout_leaves_no_token_behind(one: Job) -> None:
    checkouts = [step for step in one.steps if "checkout@" in step.get("uses", "")]

    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_secrets_are_in_protected_environments_alone(one: Job) -> None:
    uses_secrets = "secrets." in "".join(strings(one.data))

    assert one.data.get("environment") == ENVIRONMENTS.get(str(one))
    assert uses_secrets is (str(one) in ENVIRONMENTS)


@pytest.mark.parametrize("one", JOBS, ids=str)
def test_a_secret_is_in_the_environment_of_a_step_and_nowhere_else(one: Job) -> None:
    outside = {key: value for key, value in one.data.items() if key != "steps"}
    beside = [{key: value for key, value in step.items() if key != "env"} for step in one.steps]

    assert "secrets." not in "".join(strings([outside, *beside]))
    assert "inherit" not in one.data.get("secrets", "")


@pytest.mark.parametrize("name", NAMES)
def test_code_of_a_pull_request_never_runs_with_the_rights_of_its_base(name: str) -> None:
    assert "pull_request_target" not in workflow(name)["on"]
    assert ("workflow_run" in workflow(name)["on"]) is (name == "comment")


@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_what_anybody_may_start_has_no_secret_and_writes_nothing(name: str) -> None:
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")

    assert "secrets." not in text
    assert "github.token" not in text
    assert all(one.rights == {"contents": "read"} for one in JOBS if one.workflow == name)


def test_the_comment_is_made_by_code_of_the_default_branch() -> None:
    checkouts = [step for step in job("comment/comment").steps if "checkout@" in step.get("uses", "")]

    assert [set(step["with"]) for step in checkouts] == [{"persist-credentials"}]
    assert not re.search(r"\bgit (fetch|checkout|pull|clone)|gh pr checkout", job("comment/comment").scripts())


def test_the_number_of_the_pull_request_comes_from_github() -> None:
    comment = job("comment/comment")
    numbers = [step["env"]["PULL_REQUEST"] for step in comment.steps if "PULL_REQUEST" in step.get("env", {})]

    assert set(numbers) == {"${{ steps.find.outputs.number }}"}
    names = [step.get("name", "") for step in comment.steps]
    assert names.index("Find the pull request") < names.index("Download the report")


def test_the_comment_hears_of_both_previews_by_their_names() -> None:
    heard = workflow("comment")["on"]["workflow_run"]["workflows"]

    assert heard == [workflow("preview")["name"], workflow("server-preview")["name"]]


@pytest.mark.parametrize("name", ["preview/rehearsal", "server-preview/preview"])
def test_a_change_is_judged_by_the_rules_of_its_base(name: str) -> None:
    steps = job(name).steps
    runs = [step.get("run", "") for step in steps]
    rules = next(number for number, run in enumerate(runs) if "rules-of-base.sh" in run)
    report = next(number for number, run in enumerate(runs) if "ops report" in run)
    base = [step["with"] for step in steps[:rules] if step.get("with", {}).get("path") == ".base"]

    # The script is the base's as well.
    assert runs[rules].split() == [".base/.github/scripts/rules-of-base.sh", ".base", "."]
    assert [one["ref"] for one in base] == ["${{ github.event.pull_request.base.sha }}"]
    assert rules < report


def test_a_server_is_asked_about_branches_of_this_repository_alone() -> None:
    assert "head.repo.full_name == github.repository" in job("server-preview/preview").data["if"]


@pytest.mark.parametrize("name", ["deploy/staging", "deploy/production", "drift/audit"])
def test_only_the_branch_main_is_deployed_and_audited(name: str) -> None:
    assert job(name).data["if"] == "github.ref == 'refs/heads/main'"


def test_production_follows_staging_step_by_step() -> None:
    staging, production = job("deploy/staging"), job("deploy/production")

    assert production.data["needs"] == "staging"
    assert str(production.steps) == str(staging.steps).replace("staging", "production")


def test_a_deployment_is_reported_on_deployed_verified_and_recorded_in_that_order() -> None:
    text = job("deploy/production").scripts()
    order = ["state.sh", "ops report", "make up", "ops verify", "ops evidence"]

    assert [text.count(part) for part in order] == [1] * len(order)
    assert sorted(order, key=text.index) == order


@pytest.mark.parametrize("name", ["preview/rehearsal", "server-preview/preview", "deploy/staging", "drift/audit"])
def test_what_was_found_is_kept_also_when_the_job_fails(name: str) -> None:
    (upload,) = [step for step in job(name).steps if "upload-artifact@" in step.get("uses", "")]

    assert upload["if"] == "${{ !cancelled() }}"
