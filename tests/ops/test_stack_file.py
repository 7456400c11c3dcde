"""A stack's file is read as it is; what cannot be read is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.errors import UsageError
from ops.stack_file import encrypted, read_config, stacks, without_encrypted


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Pulumi.yaml").write_text("name: chatzwa\n")
    (tmp_path / "Pulumi.staging.yaml").write_text("config:\n  chatzwa:host: chat.example.com\n")
    (tmp_path / "Pulumi.production.yaml").write_text("config: {}\n")
    return tmp_path


def test_the_stacks_are_those_that_have_a_file(root: Path) -> None:
    assert stacks(root) == ["production", "staging"]


def test_the_configuration_is_what_stands_under_config(root: Path) -> None:
    assert read_config(root, "staging") == {"chatzwa:host": "chat.example.com"}


def test_an_unknown_stack_is_answered_with_those_that_exist(root: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no stack qa; .* has production, staging"):
        read_config(root, "qa")


@pytest.mark.parametrize(
    "content", ["config: [", "just text", "[1]", "config: text", "config:", "config: {1: 2}", b"\xff"]
)
def test_a_file_that_is_no_stack_file_is_named(root: Path, content: str | bytes) -> None:
    (root / "Pulumi.staging.yaml").write_bytes(content if isinstance(content, bytes) else content.encode())

    with pytest.raises(UsageError, match=r"Pulumi\.staging\.yaml is not a stack file"):
        read_config(root, "staging")


def test_a_misspelt_stack_is_answered_with_the_nearest(root: Path) -> None:
    with pytest.raises(UsageError, match=r"has production, staging: did you mean staging\?$"):
        read_config(root, "stagng")


def test_another_file_can_take_the_place_of_the_stacks_own(root: Path) -> None:
    other = root / "other.yaml"
    other.write_text("config: {chatzwa:host: chat.my.id}")

    assert read_config(root, "staging", other) == {"chatzwa:host": "chat.my.id"}


def test_a_missing_file_in_its_place_is_named(root: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml cannot be read: No such file"):
        read_config(root, "staging", root / "nowhere.yaml")


def test_what_is_encrypted_is_found_and_left_out() -> None:
    config = {
        "chatzwa:secrets": {"JWT_SECRET": {"secure": "v1:abc"}, "PLAIN": "x"},
        "dokploy:apiKey": {"secure": "v1:d"},
    }

    assert sorted(encrypted(config)) == ["chatzwa:secrets.JWT_SECRET", "dokploy:apiKey"]
    assert without_encrypted(config) == {"chatzwa:secrets": {"PLAIN": "x"}}


def test_a_fault_in_the_file_is_told_with_its_line_and_its_cause(root: Path) -> None:
    (root / "Pulumi.staging.yaml").write_text("config:\n  chatzwa:host: a\n  chatzwa:tier: [\n")

    with pytest.raises(UsageError, match=r"is not a stack file: line 4: expected the node content, but found '<stream"):
        read_config(root, "staging")
