"""What a rehearsal makes of a stack's file that holds no keys where it needs some."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.errors import UsageError
from ops.rehearsal.rehearse import ADDED_TO, Options, configuration

ROOT = Path(__file__).resolve().parents[2]
STAGING: dict[str, Any] = yaml.safe_load((ROOT / "Pulumi.staging.yaml").read_text())["config"]


def with_section(folder: Path, section: str, value: Any) -> Options:
    file = folder / "other.yaml"
    file.write_text(yaml.safe_dump({"config": {**STAGING, section: value}}))
    return Options(root=ROOT, stack="staging", config_file=file)


@pytest.mark.parametrize("section", ADDED_TO)
@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "empty"), ("", "empty"), ([], "a list"), ([1], "a list"), ("a-secret", "a single value")],
)
def test_a_section_without_keys_is_refused_in_one_line_without_its_value(
    tmp_path: Path, section: str, value: Any, said: str
) -> None:
    with pytest.raises(UsageError) as refused:
        configuration(with_section(tmp_path, section, value), "http://127.0.0.1:1")

    assert str(refused.value).startswith(f"{section} is {said}, and has to hold keys")
    assert "a-secret" not in str(refused.value)


@pytest.mark.parametrize("value", [None, "x", [1], True, 5, {"a": None}])
def test_what_it_does_not_add_to_is_left_to_the_program(tmp_path: Path, value: Any) -> None:
    for section in {*STAGING, "chatzwa:alerts", "chatzwa:backup", "chatzwa:ingress"} - {*ADDED_TO}:
        made = configuration(with_section(tmp_path, section, value), "http://127.0.0.1:1")

        assert section.startswith("dokploy:") or made.plain[section] == value


def test_sections_that_are_not_there_are_made(tmp_path: Path) -> None:
    made = configuration(with_section(tmp_path, "chatzwa:proof", {"contract": "strict"}), "http://127.0.0.1:1")

    assert made.plain["chatzwa:proof"] == {"contract": "strict", "address": "http://127.0.0.1:1"}
    assert made.plain["chatzwa:app"]["stableSeconds"] == 0
