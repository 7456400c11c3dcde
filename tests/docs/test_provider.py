"""The provider's page says what the provider is."""

from __future__ import annotations

import pytest

from docs.identities import IDENTITIES
from docs.provider import PAGE, page
from dokploy.lookups import LOOKUPS
from dokploy.resources import RESOURCES
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Provider
from tests.dokploy.resources.cases import CASES, Case


def _section(name: str) -> list[str]:
    """The lines of the page from the heading `name` to the next one."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"## {name}") + 1
    ends = (number for number, line in enumerate(lines[start:], start) if line.startswith("## "))
    return lines[start : next(ends, len(lines))]


def _row(name: str, property: str) -> list[str]:
    """The cells of a property's row."""
    (row,) = [line for line in _section(name) if line.startswith(f"| `{property}` |")]
    return [cell.strip() for cell in row.strip("|").split(" | ")]


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "docs/provider.md is not current; run `make docs`"


@pytest.mark.parametrize("name", [each.name for each in (*RESOURCES, *LOOKUPS)])
def test_every_resource_and_lookup_has_a_section_and_a_link(name: str) -> None:
    assert _section(name)
    assert f"[{name}](#{name.lower()})" in PAGE.read_text(encoding="utf-8")


def test_no_identity_is_told_of_a_resource_that_is_gone() -> None:
    assert set(IDENTITIES) == {resource.name for resource in RESOURCES}


def test_a_row_tells_type_default_notes_and_unit() -> None:
    assert _row("Mount", "type")[1:4] == ["`volume`, `bind`, `file`", "**required**", "replaces"]
    assert _row("Application", "image.password")[1:4] == ["text", "", "secret"]
    assert _row("Application", "healthCheck.intervalSeconds")[1:4] == ["number", "`30`", ""]
    assert _row("Application", "healthCheck.intervalSeconds")[4].startswith("Seconds ")
    assert _row("Application", "env")[1:4] == ["map of text", "", "secret"]
    assert _row("getProject", "projectId")[1:3] == ["text", ""]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_mark_stands_where_the_page_says(case: Case) -> None:
    with Simulator() as simulator, Provider(simulator) as provider:
        case.make(provider)
        (row,) = case.rows(simulator).values()
    marked = {column for column, value in row.items() if isinstance(value, str) and "[pulumi:" in value}
    identity = IDENTITIES[case.kind]
    assert marked or identity.column is None
    assert all(f"`{column}`" in identity.marker for column in marked)
