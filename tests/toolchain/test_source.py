"""Builds and their cache, with a shell script in the place of Go."""

from __future__ import annotations

import io
import threading
from pathlib import Path

import pytest
from rich.console import Console

from tests.toolchain.test_path import program
from toolchain.errors import ToolchainError
from toolchain.modules import CLI, GoModule
from toolchain.progress import Progress
from toolchain.source import build, built, cache_folder

BUILD = """
if [ "$1" = env ]; then exit 0; fi
echo built >> {calls}
while [ "$1" != -o ]; do shift; done
for name in one two; do printf '#!/bin/sh\\n' > "$2/$name"; chmod +x "$2/$name"; done
"""


@pytest.fixture
def module(tmp_path: Path) -> GoModule:
    folder = tmp_path / "module"
    (folder / "two").mkdir(parents=True)
    (folder / "go.mod").write_text("module m\n\ngo 1.26.6\n\nrequire (\n\texample.org/one v3.1.4\n)\n")
    (folder / "go.sum").write_text("")
    (folder / "two" / "main.go").write_text("package main\n")
    return GoModule(name="m", folder=folder, packages=("example.org/one", "./two"), version_from="example.org/one")


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Go that builds both programs; the file has one line a build."""
    file = tmp_path / "calls"
    file.touch()
    fake_go(tmp_path, monkeypatch, BUILD.format(calls=file))
    return file


def fake_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program(tmp_path / "go", "go", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'go'}:/usr/bin:/bin")


def quiet(line_every_s: float = 60) -> Progress:
    return Progress(Console(file=io.StringIO()), line_every_s)


def test_a_second_checkout_builds_nothing(module: GoModule, calls: Path, tmp_path: Path) -> None:
    folder = build(module, tmp_path / "cache", quiet())
    assert built(module, tmp_path / "cache") == folder
    assert build(module, tmp_path / "cache", quiet()) == folder
    assert calls.read_text() == "built\n"
    assert {file.name for file in folder.iterdir()} == {"one", "two"}


def test_two_checkouts_at_once_build_once(module: GoModule, calls: Path, tmp_path: Path) -> None:
    threads = [threading.Thread(target=build, args=(module, tmp_path / "cache", quiet())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert calls.read_text() == "built\n"


def test_half_a_build_is_built_again(module: GoModule, calls: Path, tmp_path: Path) -> None:
    folder = build(module, tmp_path / "cache", quiet())
    (folder / "two").unlink()
    assert built(module, tmp_path / "cache") is None
    build(module, tmp_path / "cache", quiet())
    assert (folder / "two").exists()


def test_what_a_killed_build_left_is_removed(module: GoModule, calls: Path, tmp_path: Path) -> None:
    left = tmp_path / "cache" / f"{module.key()}.part-killed"
    left.mkdir(parents=True)
    program(left, "one")
    build(module, tmp_path / "cache", quiet())
    assert not left.exists()


def test_a_failed_build_tells_its_last_line_and_counts_for_nothing(
    module: GoModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path, monkeypatch, '[ "$1" = env ] || { echo downloading "$@"; echo "no such module" >&2; exit 1; }')
    with pytest.raises(ToolchainError, match=r"^go build failed: no such module \(all of it: .*\.log\)$") as caught:
        build(module, tmp_path / "cache", quiet())
    log = str(caught.value).partition("all of it: ")[2].rstrip(")")
    assert f"{module.key()}.part-" in Path(log).read_text()
    assert built(module, tmp_path / "cache") is None
    assert not list((tmp_path / "cache").glob("*.part-*"))


def test_no_go_is_one_line_with_the_version_to_install(
    module: GoModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolchainError, match=r"^there is no go on PATH; go 1\.26\.6 or later builds m$"):
        build(module, tmp_path / "cache", quiet())


def test_a_go_that_is_too_old_is_one_line_with_the_version_to_install(
    module: GoModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_go(tmp_path, monkeypatch, "echo 'go: go.mod requires go >= 1.26.6' >&2; exit 1")
    with pytest.raises(ToolchainError, match=r"cannot build m: it needs go 1\.26\.6 or later$"):
        build(module, tmp_path / "cache", quiet())


@pytest.mark.parametrize("file", ["go.mod", "go.sum", "two/main.go", "two/new.go", "runner.py"])
def test_the_key_changes_with_every_source(module: GoModule, file: str) -> None:
    before = module.key()
    with (module.folder / file).open("a") as text:
        text.write("// another\n")
    assert module.key() != before


def test_the_key_changes_with_the_flags(module: GoModule) -> None:
    other = GoModule(
        name="m", folder=module.folder, packages=module.packages, version_from="example.org/one", tags=("more",)
    )
    assert other.key() != module.key()


def test_the_key_stays_when_python_leaves_its_cache(module: GoModule) -> None:
    before = module.key()
    (module.folder / "__pycache__").mkdir()
    (module.folder / "__pycache__" / "runner.cpython-311.pyc").write_bytes(b"compiled")
    assert module.key() == before


def test_a_long_build_tells_the_seconds_so_far(
    module: GoModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = '[ "$1" = env ] && exit 0; sleep 1.2' + BUILD.format(calls=tmp_path / "calls")
    fake_go(tmp_path, monkeypatch, script)
    text = io.StringIO()
    build(module, tmp_path / "cache", Progress(Console(file=text, width=200), line_every_s=0.1))
    assert "building one and two 3.1.4 from Go modules (minutes, once): 1 s" in text.getvalue()


def test_the_cache_lies_where_the_user_keeps_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHATZWA_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "chatzwa-toolchain"
    monkeypatch.setenv("CHATZWA_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"


def test_the_cli_module_names_one_pulumi_version() -> None:
    assert CLI.programs == ("pulumi", "pulumi-language-python")
    required = (CLI.folder / "go.mod").read_text()
    assert f"github.com/pulumi/pulumi/sdk/v3 v{CLI.version}\n" in required
