"""The tables that commands print."""

from __future__ import annotations

import pytest
from rich.table import Table

from ops.console import WIDTH, console


def test_no_line_of_a_table_in_a_file_ends_with_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table(box=None, padding=(0, 3, 0, 0))
    for column in ("name", "value"):
        table.add_column(column)
    table.add_row("first", "short")
    table.add_row("second", "as long as it gets")

    console().print(table)

    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:2]] == [["name", "value"], ["first", "short"]]
    assert lines == [line.rstrip() for line in lines]


def test_a_line_is_as_wide_as_it_is_asked_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    console().print("x" * (WIDTH + 1))
    console().print("x" * (WIDTH + 1), soft_wrap=True)

    assert [len(line) for line in capsys.readouterr().out.splitlines()] == [WIDTH, 1, WIDTH + 1]
