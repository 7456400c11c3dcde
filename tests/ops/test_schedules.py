"""Schedules and their runs, whatever order Dokploy lists them in."""

from __future__ import annotations

from typing import Any

import pytest

from ops.schedules import runs_of, schedule_named, schedules_of


def dokploy(answer: Any) -> Any:
    asked: list[tuple[str, dict[str, Any]]] = []

    def query(procedure: str, **given: Any) -> Any:
        asked.append((procedure, given))
        return answer

    query.asked = asked  # type: ignore[attr-defined]
    return query


def test_a_schedule_is_found_by_its_name() -> None:
    query = dokploy([{"scheduleId": "s1", "name": "backup"}, {"scheduleId": "s2", "name": "drill"}])

    assert schedule_named(query, "app", "drill") == {"scheduleId": "s2", "name": "drill"}
    assert schedule_named(query, "app", "other") is None
    assert query.asked[0] == ("schedule.list", {"id": "app", "scheduleType": "application"})


def test_the_newest_run_stands_first() -> None:
    days = ("2026-11-24", "2026-11-26", "2026-11-25")
    query = dokploy([{"deploymentId": day, "createdAt": f"{day}T02:00:00.000Z"} for day in days])

    assert [run["deploymentId"] for run in runs_of(query, "s1", "volumeBackup")] == sorted(days, reverse=True)
    assert query.asked == [("deployment.allByType", {"id": "s1", "type": "volumeBackup"})]


@pytest.mark.parametrize("nothing", [None, []])
def test_an_empty_answer_is_none(nothing: Any) -> None:
    query = dokploy(nothing)

    assert (schedules_of(query, "app"), runs_of(query, "s1")) == ([], [])
