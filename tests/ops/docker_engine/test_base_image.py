"""The base image: its archive always the same, and what runs in it."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

from ops.docker_engine import base_image
from ops.docker_engine.archive import Entry, write_image, write_layer
from ops.docker_engine.base_image import NAME, make_base_image
from ops.errors import OpsError
from ops.progress import Progress
from tests.toolchain.conftest import docker_host as docker_host  # the fixture
from tests.toolchain.test_path import program

ENTRIES = [Entry(path="etc/passwd", text="root:x:0:0\n", mode=0o644), Entry(path="bin/sh", link="busybox")]


def layer(entries: list[Entry]) -> tuple[str, bytes]:
    with tempfile.TemporaryFile() as file:
        digest = write_layer(entries, file)
        file.seek(0)
        return digest, file.read()


def test_equal_content_gives_equal_bytes_whatever_its_order_and_age(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(b"program")
    (tmp_path / "new").write_bytes(b"program")
    one = [*ENTRIES, Entry(path="bin/busybox", copied=tmp_path / "old")]
    other = [Entry(path="bin/busybox", copied=tmp_path / "new"), *reversed(ENTRIES)]
    assert layer(one) == layer(other)


@pytest.mark.parametrize("change", [{"text": "other"}, {"mode": 0o600}, {"path": "etc/group"}])
def test_another_text_mode_or_path_gives_another_digest(change: dict[str, object]) -> None:
    valid: dict[str, object] = {"path": "etc/passwd", "text": "root:x:0:0\n", "mode": 0o644}
    assert layer([Entry(**(valid | change)), ENTRIES[1]])[0] != layer(ENTRIES)[0]  # type: ignore[arg-type]  # by key


def test_a_layer_has_the_folders_of_its_files_and_belongs_to_root() -> None:
    with tarfile.open(fileobj=io.BytesIO(layer(ENTRIES)[1])) as tar:
        members = tar.getmembers()
    assert [(member.name, member.type) for member in members] == [
        ("bin", tarfile.DIRTYPE),
        ("bin/sh", tarfile.SYMTYPE),
        ("etc", tarfile.DIRTYPE),
        ("etc/passwd", tarfile.REGTYPE),
    ]
    assert {(member.uid, member.gid, member.mtime) for member in members} == {(0, 0, 0)}


def test_an_archive_names_its_image_and_its_layer() -> None:
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as archive:
        digest = write_layer(ENTRIES, file)
        write_image(file, digest, "a:1", {"Cmd": ["sh"]}, archive)
        archive.seek(0)
        with tarfile.open(fileobj=archive) as tar:
            [manifest] = json.load(tar.extractfile("manifest.json") or io.BytesIO())
            config = json.load(tar.extractfile(manifest["Config"]) or io.BytesIO())
    assert manifest["RepoTags"] == ["a:1"]
    assert config["rootfs"]["diff_ids"] == [digest]
    assert config["config"] == {"Cmd": ["sh"]}


def test_a_node_that_is_too_old_for_the_app_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = program(tmp_path, "node", "echo v18.16.1")
    monkeypatch.setattr(base_image, "program", lambda name: str(node if name == "node" else tmp_path / name))
    with pytest.raises(OpsError, match=r"node is v18\.16\.1; the app needs node 18\.17 or later"):
        make_base_image("unix:///nowhere", Progress())


def test_what_is_missing_and_cannot_be_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_image, "program", lambda name: None if name == "sqlite3" else "/bin/true")
    monkeypatch.setattr(base_image.debian, "is_possible", lambda: "this is not Debian")
    with pytest.raises(OpsError, match=r"^the base image needs sqlite3, which are not here \(this is not Debian\)"):
        make_base_image("unix:///nowhere", Progress())


@pytest.mark.docker
def test_the_same_programs_give_the_same_id_and_a_second_run_does_nothing(docker_host: str) -> None:
    first = make_base_image(docker_host, Progress())
    again = make_base_image(docker_host, Progress())
    assert (again.id, again.made) == (first.id, False)


@pytest.mark.docker
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["node", "--print", "1 + 1"], "2"),
        (["sqlite3", ":memory:", "select 40 + 2"], "42"),
        (["sh", "-c", "whoami"], "app"),
        (["node", "--print", "require('tls').rootCertificates.length > 0"], "true"),
        (["sh", "-c", "head -n 1 $SSL_CERT_FILE"], "-----BEGIN CERTIFICATE-----"),
        (["sh", "-c", "echo kept > /tmp/file && cat /tmp/file"], "kept"),
    ],
)
def test_what_an_app_needs_runs_in_it_without_root(docker_host: str, command: list[str], said: str) -> None:
    make_base_image(docker_host, Progress())
    run = ["docker", "--host", docker_host, "run", "--rm", "--user", "10001:10001", "--cap-drop", "ALL", NAME]
    answer = subprocess.run([*run, *command], capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == said, answer.stderr
