"""Which `pulumi` on PATH is taken."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from toolchain.errors import ToolchainError
from toolchain.path import from_path


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    """An executable that runs a line of shell."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def pulumi(folder: Path, version: str = "v3.230.0") -> Path:
    """A `pulumi` of this version with its language host."""
    program(folder, "pulumi-language-python")
    return program(folder, "pulumi", f"echo {version}")


def test_the_oldest_supported_one_is_taken(tmp_path: Path) -> None:
    found = pulumi(tmp_path / "bin")
    installation = from_path(str(tmp_path / "bin"), own=tmp_path / ".tools")
    assert (installation.pulumi, installation.version, installation.how) == (str(found), "3.230.0", "path")


@pytest.mark.parametrize("version", ["v3.229.9", "v4.0.0", "v2.1.0"])
def test_another_version_is_refused_with_the_limits(tmp_path: Path, version: str) -> None:
    pulumi(tmp_path / "bin", version)
    with pytest.raises(ToolchainError, match=rf"version {version[1:]}; this project needs 3\.230\.0 or later"):
        from_path(str(tmp_path / "bin"), own=tmp_path / ".tools")


def test_one_that_cannot_run_python_is_refused(tmp_path: Path) -> None:
    pulumi(tmp_path / "bin").with_name("pulumi-language-python").unlink()
    with pytest.raises(ToolchainError, match="has no pulumi-language-python beside it or on PATH"):
        from_path(str(tmp_path / "bin"), own=tmp_path / ".tools")


def test_a_language_host_elsewhere_on_path_counts(tmp_path: Path) -> None:
    pulumi(tmp_path / "bin").with_name("pulumi-language-python").rename(tmp_path / "pulumi-language-python")
    search = os.pathsep.join([str(tmp_path / "bin"), str(tmp_path)])
    assert from_path(search, own=tmp_path / ".tools").how == "path"


def test_a_language_host_beside_the_target_of_a_link_counts(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pulumi").symlink_to(pulumi(tmp_path / "real"))
    assert from_path(str(tmp_path / "bin"), own=tmp_path / ".tools").pulumi == str(tmp_path / "bin" / "pulumi")


def test_links_of_our_own_are_passed_over(tmp_path: Path) -> None:
    pulumi(tmp_path / ".tools" / "bin")
    with pytest.raises(ToolchainError, match="there is no pulumi on PATH"):
        from_path(str(tmp_path / ".tools" / "bin"), own=tmp_path / ".tools")


def test_a_relative_folder_gives_a_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pulumi(tmp_path / "bin")
    monkeypatch.chdir(tmp_path)
    assert from_path("bin", own=tmp_path / ".tools").pulumi == str(found)


@pytest.mark.parametrize("script", ["echo nonsense", "echo v3.274.1; exit 1"])
def test_one_that_does_not_tell_its_version_is_refused(tmp_path: Path, script: str) -> None:
    pulumi(tmp_path / "bin")
    program(tmp_path / "bin", "pulumi", script)
    with pytest.raises(ToolchainError, match="does not tell its version"):
        from_path(str(tmp_path / "bin"), own=tmp_path / ".tools")
