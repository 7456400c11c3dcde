"""The report has the shape that programs rely on, and judges by the steps alone."""

from __future__ import annotations

import dataclasses
import io
import json

from rich.console import Console

from ops.rehearsal.hosts import Replaced
from ops.rehearsal.render import show
from ops.rehearsal.report import ApiCall, Change, Report, Resource, Step

CALL = ApiCall(method="POST", path="/api/project.create", status=200)
URN = "urn:pulumi:staging::chatzwa::chatzwa:index:Project$dokploy:index:Project::chatzwa-project"
GOOD = Report(
    stack="staging",
    host="staging.chatzwa.localhost",
    replaced=(Replaced(key="chatzwa:host", host="chat.example.com"),),
    steps=(
        Step(name="up", seconds=2.004, calls=(CALL,), changes=(Change(operation="create", urn=URN),)),
        Step(name="second_up", seconds=1.5, calls=()),
        Step(name="refresh", seconds=1.0, calls=()),
        Step(name="destroy", seconds=1.0, calls=()),
    ),
    resources=(Resource(type="dokploy:index:Project", name="chatzwa-project", urn=URN),),
    outputs={"url": "https://staging.chatzwa.localhost", "dokploy_ids": {"project_id": "abc"}},
)
DRIFT = Change(operation="update", urn=URN, properties=("memoryLimit",))
DRIFTED = dataclasses.replace(
    GOOD,
    steps=(
        *GOOD.steps[:2],
        Step(
            name="refresh",
            seconds=1.0,
            calls=(),
            changes=(DRIFT,),
            failures=(f"must change nothing, but did: {DRIFT}",),
            engine_lines=("~ dokploy:index:Application updated",),
        ),
        GOOD.steps[3],
    ),
)


def text(report: Report) -> str:
    console = Console(file=io.StringIO(), width=120)
    show(report, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_steps_count_the_resources_that_are_listed() -> None:
    stack = "urn:pulumi:staging::chatzwa::pulumi:pulumi:Stack::chatzwa-staging"
    provider = "urn:pulumi:staging::chatzwa::pulumi:providers:dokploy::default"
    own = tuple(Change(operation="create", urn=urn) for urn in (stack, provider, URN))
    resources = (*GOOD.resources, Resource(type="pulumi:pulumi:Stack", name="chatzwa-staging", urn=stack))
    made = dataclasses.replace(
        GOOD, steps=(dataclasses.replace(GOOD.steps[0], changes=own), *GOOD.steps[1:]), resources=resources
    )

    (row,) = (line.split() for line in text(made).splitlines() if line.startswith("up  "))

    assert row == ["up", "2.0", "1", "1", "yes"]


def test_the_json_object_has_every_key_that_programs_read() -> None:
    document = json.loads(json.dumps(GOOD.to_json()))

    assert document["result"] == "passed"
    assert document["stack"] == "staging"
    assert document["resources"] == [{"type": "dokploy:index:Project", "name": "chatzwa-project", "urn": URN}]
    assert document["outputs"]["url"] == "https://staging.chatzwa.localhost"
    assert document["second_up_changes"] == 0
    assert document["refresh_changes"] == 0
    assert document["calls"] == [{"method": "POST", "path": "/api/project.create", "status": 200}]
    assert document["violations"] == []
    assert document["seconds"] == {"up": 2.0, "second_up": 1.5, "refresh": 1.0, "destroy": 1.0}


def test_one_change_in_the_refresh_fails_the_whole() -> None:
    document = DRIFTED.to_json()

    assert document["result"] == "failed"
    assert document["refresh_changes"] == 1
    assert document["second_up_changes"] == 0
    assert document["failures"] == [
        "refresh: must change nothing, but did: update of chatzwa-project (dokploy:index:Project): memoryLimit"
    ]


def test_a_step_that_was_not_reached_has_no_count() -> None:
    only_up = dataclasses.replace(GOOD, steps=(Step(name="up", seconds=1.0, calls=(), failures=("no",)),))

    assert only_up.to_json()["second_up_changes"] is None


def test_the_summary_names_what_was_made_what_it_cost_and_the_verdict() -> None:
    summary = text(GOOD)

    for part in ("chatzwa-project", "https://staging.chatzwa.localhost", "project.create 1", "passed"):
        assert part in summary


def test_the_summary_of_a_failure_names_the_step_the_change_and_the_engines_last_lines() -> None:
    summary = text(DRIFTED)

    for part in ("refresh: must change nothing", "memoryLimit", "~ dokploy:index:Application updated", "failed"):
        assert part in summary
