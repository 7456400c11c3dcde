"""What an image is known by, and how a machine behind SSH is spoken to."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from components.engine import Engine
from components.platforms.docker.image import fingerprint
from components.platforms.docker.machine import Machine
from components.values import ContextSource


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/app.js").write_text("1")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.log").write_text("1")
    (tmp_path / ".dockerignore").write_text("logs\n**/*.tmp\n# a comment\n")
    return tmp_path


def known(folder: Path, revision: str = "1", **args: str) -> str:
    return fingerprint(ContextSource(path=str(folder), args=args), revision)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "src/app.js").write_text("2"),
        lambda folder: (folder / "src/new.js").touch(),
        lambda folder: (folder / "src/app.js").rename(folder / "src/other.js"),
        lambda folder: (folder / "src/app.js").chmod(0o755),
        lambda folder: (folder / "link").symlink_to("src"),
    ],
)
def test_whatever_changes_the_image_changes_its_name(change: Callable[[Path], object], folder: Path) -> None:
    before = known(folder)
    change(folder)
    assert known(folder) != before


def test_the_dockerfile_counts_even_where_it_is_left_out_of_the_image(folder: Path) -> None:
    (folder / ".dockerignore").write_text("Dockerfile\n")
    before = known(folder)
    (folder / "Dockerfile").write_text("FROM scratch\nUSER 1:1\n")
    assert known(folder) != before


def test_an_argument_and_a_revision_change_the_name_too(folder: Path) -> None:
    assert len({known(folder), known(folder, "2"), known(folder, BASE="a"), known(folder, BASE="b")}) == 4


def test_what_is_not_sent_to_the_engine_changes_nothing(folder: Path) -> None:
    before = known(folder)
    (folder / "logs/a.log").write_text("2")
    (folder / "src/x.tmp").touch()
    (folder / "src/app.js").touch()
    assert known(folder) == before


def test_what_an_exception_brings_back_counts(folder: Path) -> None:
    (folder / ".dockerignore").write_text("logs\n!logs/a.log\n")
    before = known(folder)
    (folder / "logs/a.log").write_text("2")
    assert known(folder) != before


@pytest.mark.parametrize(
    ("bind", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:3000"),
        ("0.0.0.0", "http://127.0.0.1:3000"),
        ("10.0.0.5", "http://10.0.0.5:3000"),
        ("::1", "http://[::1]:3000"),
    ],
)
def test_the_url_is_one_that_answers_on_this_machine(bind: str, url: str) -> None:
    assert Engine(bind=bind).url == url


def test_a_text_runs_on_the_machine_of_the_engine(tmp_path: Path) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\necho "$@"\nexec /bin/sh\n')
    ssh.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", Machine(address="ssh://deploy@server.company.co").run("TEXT")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "TEXT": "echo 'it ran'\nexit 7"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        7,
        "-o BatchMode=yes -o StrictHostKeyChecking=yes -- deploy@server.company.co /bin/sh\nit ran\n",
    )


def test_a_text_runs_here_with_the_engines_address(tmp_path: Path) -> None:
    machine = Machine(address="unix:///a/docker.sock")
    done = subprocess.run(
        ["/bin/sh", "-c", machine.run("TEXT")],
        env={**machine.environment, "TEXT": 'echo "$DOCKER_HOST"'},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "unix:///a/docker.sock\n"
