"""The restore drill on real files: a good copy passes, and each thing that would spoil a restore fails it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from components import scripts
from tests.components.test_scripts import backup, backups, copies, database, needs_sqlite, place, run, shell

__all__ = ["backups", "database", "place", "shell"]
pytestmark = needs_sqlite


def drill(shell: str, database: Path, folder: Path, prefix: str = "") -> subprocess.CompletedProcess[str]:
    return run(shell, prefix + scripts.command("drill", DATABASE=str(database), FOLDER=str(folder), HOURS=26))


@pytest.fixture
def copy(shell: str, database: Path, backups: Path) -> Path:
    """A copy as the schedule makes it."""
    assert backup(shell, database, backups).returncode == 0
    (made,) = copies(backups)
    return made


def test_a_good_copy_is_restored_and_counted(shell: str, database: Path, backups: Path, copy: Path) -> None:
    before = database.read_bytes(), copy.read_bytes()

    done = drill(shell, database, backups, f"export TMPDIR={backups.parent}\n")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"restore drill ok: {copy}, {copy.stat().st_size} bytes, 1 tables, 4000 rows\n"
    assert (database.read_bytes(), copy.read_bytes()) == before
    assert not list(backups.parent.glob("drill-*"))


def torn(copy: Path, database: Path) -> None:
    content = bytearray(copy.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"\xff" * 4096
    copy.write_bytes(content)


def cut(copy: Path, database: Path) -> None:
    os.truncate(copy, copy.stat().st_size // 3)


def emptied(copy: Path, database: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("DROP TABLE message")
        connection.commit()


def outgrown(copy: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE session (id INTEGER)")
        connection.commit()


def orphaned(copy: Path, database: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("CREATE TABLE answer (message INTEGER REFERENCES message (id))")
        connection.execute("INSERT INTO answer VALUES (99999)")
        connection.commit()


def aged(copy: Path, database: Path) -> None:
    long_ago = time.time() - 27 * 3600
    os.utime(copy, (long_ago, long_ago))


def gone(copy: Path, database: Path) -> None:
    copy.unlink()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (torn, "integrity check"),
        (cut, "restored"),
        (emptied, "holds no table"),
        (outgrown, "lacks the table session"),
        (orphaned, "refer to rows that are not there"),
        (aged, "older than 26 hours"),
        (gone, "there is no copy"),
    ],
)
def test_a_copy_that_could_not_take_the_place_of_the_database_fails_the_drill(
    shell: str, database: Path, backups: Path, copy: Path, spoil: Callable[[Path, Path], None], said: str
) -> None:
    spoil(copy, database)

    done = drill(shell, database, backups)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("restore drill failed: ")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
