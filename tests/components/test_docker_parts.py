"""What an image is known by, and how a machine behind SSH is spoken to."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Coroutine
from contextlib import closing
from pathlib import Path

import pulumi
import pytest

from components.engine import Engine
from components.platforms.docker.access import require_access
from components.platforms.docker.image import fingerprint
from components.platforms.docker.image_failure import explanation
from components.platforms.docker.machine import Machine
from components.values import ContextSource, ImageSource


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


CHANGED = "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed."


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ("No ED25519 host key is known\nHost key verification failed.", 255, "accept it once: ssh -p 2222 deploy@"),
        (CHANGED, 255, "if its key was changed on purpose: ssh-keygen -R '[server.company.co]:2222', then ssh -p"),
        ("deploy@server: Permission denied (publickey).", 255, "signed in to (deploy@server: Permission denied"),
        ("sh: docker: not found", 127, "no engine that answers there (sh: docker: not found)"),
    ],
)
def test_a_machine_that_may_not_be_spoken_to_is_one_line(
    said: str, code: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ssh = tmp_path / "ssh"
    ssh.write_text(f"#!/bin/sh\nprintf '%s\\n' '{said}' >&2\nexit {code}\n")
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(pulumi.RunError) as caught:
        require_access(Machine(address="ssh://deploy@server.company.co:2222"))
    assert str(caught.value).startswith("docker.host ssh://deploy@server.company.co:2222 ")
    assert expected.lower() in str(caught.value).lower()
    assert "\n" not in str(caught.value)


def test_a_machine_of_ones_own_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    require_access(Machine(address="unix:///run/docker.sock"))
    with pytest.raises(pulumi.RunError, match="needs the command ssh here: install it"):
        require_access(Machine(address="ssh://server.company.co"))


def told_of(asked: Coroutine[None, None, list[str]]) -> list[str]:
    """The answer, by a loop that leaves the one of other tests alone."""
    with closing(asyncio.new_event_loop()) as loop:
        return loop.run_until_complete(asked)


def test_an_image_that_cannot_be_had_is_told_with_the_next_command() -> None:
    source = ImageSource(reference="registry.company.co/chatzwa:1")
    told = told_of(explanation(source, Machine(address="unix:///a/docker.sock"), "make up STACK=local"))
    assert told == [
        "the image registry.company.co/chatzwa:1 could not be had; nothing was replaced: what ran before still runs",
        "to see why: docker --host unix:///a/docker.sock pull registry.company.co/chatzwa:1",
        "correct the name or the registry, then: make up STACK=local",
    ]


def test_a_build_that_failed_shows_its_last_lines_without_a_word_of_the_apps_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\necho "asked: $*"\nseq 1 30\necho broken >&2\nexit 1\n')
    docker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    source = ContextSource(path="app", args={"BASE": "node:22"})
    told = told_of(explanation(source, Machine(address=None), "make up STACK=local"))
    assert told[0].startswith("the image was not built from app/Dockerfile; nothing was replaced")
    assert told[2:-2] == [f"  | {line}" for line in [*range(12, 31), "broken"]]
    assert told[-2:] == [
        "to see all of it: docker build --force-rm --build-arg BASE=node:22 --file app/Dockerfile app",
        "correct the cause, then: make up STACK=local",
    ]
    remote = told_of(explanation(source, Machine(address="ssh://a@b"), "make up STACK=local"))
    assert remote[1].startswith("to see its log: docker --host ssh://a@b build ")


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
