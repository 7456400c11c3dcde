"""A rehearsal finds what it is there to find: drift, and what a destroy leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.progress import Progress
from ops.rehearsal.rehearse import Options, Prepared, prepared
from toolchain import locate

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ready() -> Iterator[Prepared]:
    with prepared(Options(root=ROOT, stack="staging"), locate(), Progress()) as ready:
        yield ready


def test_an_edit_in_dokploy_fails_the_refresh_and_a_leftover_fails_the_destroy(ready: Prepared) -> None:
    ready.rehearsal.up()
    (application,) = ready.simulator.state.applications.values()
    application["memoryLimit"] = "1073741824"

    ready.rehearsal.refresh()

    report = ready.report()
    assert report.result == "failed"
    assert report.changes_in("refresh") == 1
    assert "memoryLimit" in report.failures[0]

    table = ready.simulator.state.projects
    (project,) = table.values()
    table["other"] = {**project, "projectId": "other", "name": "somebody else's"}

    ready.rehearsal.destroy()

    assert ready.report().failures[1:] == ["destroy: Dokploy still holds 1 projects"]
