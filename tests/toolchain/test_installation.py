"""What `locate` finds after set-up, and after things went wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.toolchain.test_path import program, pulumi
from toolchain import ToolchainError, locate
from toolchain.installation import Installation, adopt, recorded, tools_folder


def installation(pulumi: Path, version: str = "3.274.1") -> Installation:
    return Installation(pulumi=str(pulumi), version=version, how="source")


def test_a_checkout_without_set_up_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match="run `make setup`"):
        locate(tmp_path)


def test_an_adopted_installation_is_located_with_its_language_host_beside_it(tmp_path: Path) -> None:
    real = pulumi(tmp_path / "cache")
    adopt(tools_folder(tmp_path), installation(real))
    assert locate(tmp_path).resolve() == real
    assert locate(tmp_path).with_name("pulumi-language-python").resolve() == tmp_path / "cache/pulumi-language-python"
    assert recorded(tools_folder(tmp_path)) == installation(real)


def test_a_later_installation_replaces_every_link(tmp_path: Path) -> None:
    old = pulumi(tmp_path / "old")
    program(tmp_path / "old", "pulumi-resource-old")
    adopt(tools_folder(tmp_path), installation(old))
    new = pulumi(tmp_path / "new")
    adopt(tools_folder(tmp_path), installation(new))
    links = {link.name: link.resolve().parent for link in (tmp_path / ".tools" / "bin").iterdir()}
    assert links == {"pulumi": new.parent, "pulumi-language-python": new.parent}


def test_a_deleted_cache_says_what_to_run(tmp_path: Path) -> None:
    adopt(tools_folder(tmp_path), installation(pulumi(tmp_path / "cache")))
    shutil.rmtree(tmp_path / "cache")
    with pytest.raises(ToolchainError, match="run `make setup`"):
        locate(tmp_path)


@pytest.mark.parametrize("record", ["", "{", "[]", '{"pulumi": "x"}'])
def test_a_broken_record_counts_as_none(tmp_path: Path, record: str) -> None:
    adopt(tools_folder(tmp_path), installation(pulumi(tmp_path / "cache")))
    (tmp_path / ".tools" / "pulumi.json").write_text(record)
    with pytest.raises(ToolchainError, match="run `make setup`"):
        locate(tmp_path)
