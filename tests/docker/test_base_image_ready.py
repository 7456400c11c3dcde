"""The base image of the local stack is taken as it is, pulled, or made: whichever comes first."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ops.docker_engine import ready
from ops.errors import OpsError
from ops.progress import Progress
from tests.components.stacks import raw
from tests.docker.engine import Engine

DOCKER = """#!/bin/sh
echo "$@" >>"$LOG"
case "$*" in *"$REFUSED"*) exit 1 ;; esac
"""


def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str) -> list[str]:
    """What `docker` is asked for when it refuses what has `refused` in it."""
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("REFUSED", refused)
    ready.ready_base_image("unix:///engine", Progress())
    return (tmp_path / "log").read_text().replace("--host unix:///engine ", "").splitlines()


def test_only_a_stack_that_builds_on_it_needs_the_base_image() -> None:
    assert ready.needs_base_image(raw("local"))
    assert not ready.needs_base_image(raw("staging"))
    assert not ready.needs_base_image({"chatzwa:app": {"source": {"image": "chatzwa:1"}}})
    assert not ready.needs_base_image({})


def test_an_image_that_is_there_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(tmp_path, monkeypatch, "nothing") == ["image inspect chatzwa-base:local"]


def test_a_registry_that_answers_gives_the_official_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(tmp_path, monkeypatch, "inspect") == [
        "image inspect chatzwa-base:local",
        "pull --quiet node:22-bookworm-slim",
        "tag node:22-bookworm-slim chatzwa-base:local",
    ]


def test_without_image_registry_and_engine_it_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ready, "make_base_image", _refuse)
    with pytest.raises(OpsError, match="cannot be made"):
        asked(tmp_path, monkeypatch, "--host")


@pytest.mark.docker
def test_the_engine_of_the_tests_has_it(engine: Engine) -> None:
    before = engine("image", "inspect", "--format", "{{.Id}}", engine.base)
    ready.ready_base_image(engine.address, Progress())
    assert engine("image", "inspect", "--format", "{{.Id}}", engine.base) == before


def _refuse(url: str, progress: Progress) -> None:
    raise OpsError("the base image cannot be made")
