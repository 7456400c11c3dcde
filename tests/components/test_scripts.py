"""The shell texts do their work on real files, under bash and under a plain POSIX shell."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from components import scripts

needs_sqlite = pytest.mark.skipif(shutil.which("sqlite3") is None, reason="needs the sqlite3 command")


@pytest.fixture(params=["bash", "sh"])
def shell(request: pytest.FixtureRequest) -> str:
    """The shells that a schedule may use."""
    if shutil.which(request.param) is None:
        pytest.skip(f"needs {request.param}")
    return str(request.param)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other users may enter; pytest's own is private."""
    folder = Path(tempfile.mkdtemp(prefix="chatzwa-scripts-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def database(place: Path) -> Path:
    """A database in the app's journal mode with some pages in it."""
    path = place / "database.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, pair INTEGER, text TEXT)")
        connection.executemany(
            "INSERT INTO message (pair, text) VALUES (?, ?)", [(n // 2, "x" * 500) for n in range(4000)]
        )
        connection.commit()
    return path


@pytest.fixture
def backups(place: Path) -> Path:
    """The folder for copies."""
    folder = place / "backups"
    folder.mkdir()
    return folder


def run(shell: str, command: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    """The command as a schedule runs it."""
    return subprocess.run([shell, "-c", command], capture_output=True, text=True, timeout=120, check=False, user=user)


def backup(shell: str, database: Path, folder: Path, prefix: str = "") -> subprocess.CompletedProcess[str]:
    return run(shell, prefix + scripts.command("backup", DATABASE=str(database), FOLDER=str(folder)))


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("database-*.db"))


def test_a_command_carries_no_comment() -> None:
    for name in ("start", "backup", "prune", "drill", "storage"):
        text = scripts.text(name)
        assert text
        assert not [line for line in text.splitlines() if line.lstrip().startswith("#") or not line.strip()]


def test_a_value_with_a_quote_stays_one_value(shell: str) -> None:
    command = scripts.command("prune", FOLDER="/it's; touch oops", DAYS=30, KEEP=3)
    assert "there is no folder /it's; touch oops" in run(shell, command).stderr


@needs_sqlite
def test_a_backup_is_a_complete_private_copy(shell: str, database: Path, backups: Path) -> None:
    done = backup(shell, database, backups)
    assert done.returncode == 0, done.stderr
    (copy,) = copies(backups)
    assert f"backup ok: {copy}" in done.stdout
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT count(*) FROM message").fetchone() == (4000,)
    assert sorted(path.name for path in backups.iterdir()) == [".last-backup-ok", copy.name]


@needs_sqlite
def test_a_backup_under_a_busy_writer_is_of_one_moment(shell: str, database: Path, backups: Path) -> None:
    """The writer adds rows in pairs; a copy from the middle of a transaction would hold half of one."""
    stop, written = threading.Event(), []

    def write() -> None:
        with closing(sqlite3.connect(database, timeout=60)) as connection:
            connection.execute("PRAGMA cache_size = 10")  # spills into the file before the commit
            pair = 10_000
            while not stop.is_set():
                for _ in range(2):
                    connection.executemany("INSERT INTO message (pair, text) VALUES (?, ?)", [(pair, "y" * 500)] * 50)
                    time.sleep(0.01)
                connection.commit()
                written.append(pair)
                pair += 1
                time.sleep(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(8):
            done = backup(shell, database, backups)
            assert done.returncode == 0, done.stderr
            (copy,) = copies(backups)
            with closing(sqlite3.connect(copy)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                counts = {
                    count
                    for (count,) in connection.execute("SELECT count(*) FROM message WHERE pair >= 10000 GROUP BY pair")
                }
            assert counts <= {100}
            copy.unlink()
    finally:
        stop.set()
        writer.join()
    assert len(written) > 8, "the writer has to go on while the copies are made"


@needs_sqlite
def test_a_damaged_database_gives_no_copy(shell: str, database: Path, backups: Path) -> None:
    (backups / ".last-backup-ok").touch()
    data = bytearray(database.read_bytes())
    data[40_000:60_000] = b"\xff" * 20_000
    database.write_bytes(data)
    done = backup(shell, database, backups)
    assert done.returncode == 1
    assert "backup failed: " in done.stderr
    assert list(backups.iterdir()) == [], "nothing half made, and pruning is off"


@needs_sqlite
def test_a_copy_that_fails_its_check_is_not_kept(shell: str, database: Path, backups: Path, place: Path) -> None:
    """A stand-in for a disk that stores something else: the copy is damaged after SQLite has written it."""
    real = shutil.which("sqlite3")
    tool = place / "bin" / "sqlite3"
    tool.parent.mkdir()
    tool.write_text(
        f'#!/bin/sh\n{real} "$@" || exit $?\n'
        'case "$*" in *VACUUM*) for copy in $FOLDER/.copy-*.tmp; do\n'
        '  printf "%09000d" 0 | dd of="$copy" bs=1 seek=40000 conv=notrunc 2>/dev/null\ndone ;; esac\n'
    )
    tool.chmod(0o755)
    done = backup(shell, database, backups, prefix=f"PATH={tool.parent}:$PATH\nexport FOLDER\n")
    assert done.returncode == 1
    assert "backup failed: the copy" in done.stderr
    assert list(backups.iterdir()) == []


@needs_sqlite
@pytest.mark.parametrize("case", ["no database", "no table", "no folder", "no command", "no space"])
def test_a_backup_that_cannot_be_made_fails_aloud(
    case: str, shell: str, database: Path, backups: Path, place: Path
) -> None:
    prefix = ""
    match case:
        case "no database":
            database.unlink()
        case "no table":
            database.write_bytes(b"")
        case "no folder":
            backups.rmdir()
        case "no command":
            prefix = f"PATH={place}\n"
        case "no space":
            prefix = "ulimit -f 100\n"
    done = backup(shell, database, backups, prefix)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("backup failed: ")
    assert not backups.exists() or list(backups.iterdir()) == []
    if case == "no database":
        assert not database.exists(), "looking for a database must not make one"


@needs_sqlite
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become a user without the right")
def test_a_backup_into_a_folder_that_it_may_not_write_fails_aloud(shell: str, database: Path, backups: Path) -> None:
    database.chmod(0o644)
    command = scripts.command("backup", DATABASE=str(database), FOLDER=str(backups))
    done = run(shell, command, user=65534)
    assert done.returncode == 1
    assert f"the folder {backups} cannot be written to" in done.stderr


@needs_sqlite
def test_what_an_interrupted_backup_left_behind_goes_after_a_day(shell: str, database: Path, backups: Path) -> None:
    old, young = backups / ".copy-7.tmp", backups / ".copy-8.tmp"
    old.touch()
    young.touch()
    os.utime(old, (time.time() - 2 * 86_400,) * 2)
    assert backup(shell, database, backups).returncode == 0
    assert (old.exists(), young.exists()) == (False, True)


def make_copies(folder: Path, ages_days: list[int]) -> None:
    for age in ages_days:
        moment = time.time() - age * 86_400 - 60
        copy = folder / time.strftime("database-%Y%m%d-%H%M%S.db", time.gmtime(moment))
        copy.touch()
        os.utime(copy, (moment, moment))


def prune(shell: str, folder: Path, keep: int = 3) -> subprocess.CompletedProcess[str]:
    return run(shell, scripts.command("prune", FOLDER=str(folder), DAYS=30, KEEP=keep))


def ages(folder: Path) -> list[int]:
    return sorted(round((time.time() - copy.stat().st_mtime) / 86_400) for copy in copies(folder))


def test_pruning_deletes_what_is_older_than_the_retention_and_nothing_else(shell: str, backups: Path) -> None:
    make_copies(backups, [0, 1, 2, 29, 30, 31, 60])
    (backups / ".last-backup-ok").touch()
    other = backups / "database-of-a-friend.db"
    other.touch()
    os.utime(other, (0, 0))
    done = prune(shell, backups)
    assert (done.returncode, done.stdout) == (0, "prune ok: 2 deleted, 5 kept\n")
    other.unlink()
    assert ages(backups) == [0, 1, 2, 29, 30]


def test_pruning_keeps_the_newest_copies_whatever_their_age(shell: str, backups: Path) -> None:
    make_copies(backups, [40, 50, 60, 70])
    (backups / ".last-backup-ok").touch()
    assert prune(shell, backups).returncode == 0
    assert ages(backups) == [40, 50, 60]


def test_nothing_is_pruned_after_a_backup_that_failed(shell: str, backups: Path) -> None:
    make_copies(backups, [1, 2, 3, 40])
    done = prune(shell, backups)
    assert done.returncode == 1
    assert "the last backup did not succeed, so nothing is deleted" in done.stderr
    assert ages(backups) == [1, 2, 3, 40]


def test_pruning_everything_cannot_be_asked_for(shell: str, backups: Path) -> None:
    make_copies(backups, [40, 50])
    (backups / ".last-backup-ok").touch()
    assert prune(shell, backups, keep=0).returncode == 1
    assert ages(backups) == [40, 50]


def storage(shell: str, folders: str, limit_kib: int, percent: int = 99) -> subprocess.CompletedProcess[str]:
    return run(shell, scripts.command("storage", FOLDERS=folders, LIMIT_KIB=limit_kib, PERCENT=percent))


def test_the_storage_check_adds_up_the_folders(shell: str, place: Path) -> None:
    for name in ("one", "two"):
        (place / name).mkdir()
        (place / name / "data").write_bytes(b"x" * 500 * 1024)
    both = f"{place}/one {place}/two"
    assert storage(shell, both, limit_kib=2048).returncode == 0
    assert storage(shell, f"{place}/one", limit_kib=1010).returncode == 0
    done = storage(shell, both, limit_kib=1010)
    assert done.returncode == 1
    assert done.stderr.startswith("storage check failed: the data uses 0Mi, 99 %") or "100 %" in done.stderr


def test_the_storage_check_sees_a_full_disk_and_a_missing_folder(shell: str, place: Path) -> None:
    full = storage(shell, str(place), limit_kib=10_000_000, percent=1)
    assert full.returncode == 1
    assert f"the disk of {place} is " in full.stderr
    missing = storage(shell, f"{place}/none", limit_kib=10_000_000)
    assert missing.returncode == 1
    assert f"there is no folder {place}/none" in missing.stderr


@pytest.fixture
def app(place: Path) -> Path:
    """An app whose prisma and server are short programs that write down what happened."""
    binaries = place / "node_modules" / ".bin"
    binaries.mkdir(parents=True)
    program(binaries / "prisma", 'echo "prisma $*" >>log')
    program(binaries / "tsx", 'echo "tsx $*" >>log')
    return place


def program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def start(shell: str, app: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [shell, "-lc", scripts.text("start")], cwd=app, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, errors = process.communicate(timeout=20)
    return process.returncode, errors


def test_the_tables_come_before_the_server(shell: str, app: Path) -> None:
    ended(start(shell, app))
    assert (app / "log").read_text().splitlines() == ["prisma db push --skip-generate", "tsx server.ts"]


def test_a_schema_that_cannot_be_applied_keeps_the_server_from_starting(shell: str, app: Path) -> None:
    program(app / "node_modules/.bin/prisma", "exit 7")
    code, errors = ended(start(shell, app))
    assert code == 7
    assert "the app is not started" in errors
    assert not (app / "log").exists()


@pytest.mark.parametrize(("server", "expected"), [("exit 0", 1), ("exit 3", 3), ("kill -KILL $$", 137)])
def test_a_server_that_ends_unasked_is_a_failure(server: str, expected: int, shell: str, app: Path) -> None:
    program(app / "node_modules/.bin/tsx", server)
    code, errors = ended(start(shell, app))
    assert code == expected
    assert "start: the app ended by itself with code" in errors


SERVER = "trap 'echo stopped >>log; exit 0' TERM\necho ready >>log\nwhile :; do sleep 0.05; done"


def wait_for(path: Path, word: str) -> None:
    end = time.monotonic() + 20
    while not (path.exists() and word in path.read_text()):
        assert time.monotonic() < end, f"{word} was not seen"
        time.sleep(0.02)


def test_the_signal_to_stop_reaches_the_server_and_its_end_counts(shell: str, app: Path) -> None:
    program(app / "node_modules/.bin/tsx", SERVER)
    process = start(shell, app)
    wait_for(app / "log", "ready")
    process.send_signal(signal.SIGTERM)
    code, errors = ended(process)
    assert (code, errors) == (0, "")
    assert (app / "log").read_text().splitlines()[-2:] == ["ready", "stopped"]


def test_a_stop_during_the_schema_ends_there(shell: str, app: Path) -> None:
    program(app / "node_modules/.bin/prisma", "trap 'exit 0' TERM\necho pushing >>log\nwhile :; do sleep 0.05; done")
    process = start(shell, app)
    wait_for(app / "log", "pushing")
    process.send_signal(signal.SIGTERM)
    assert ended(process)[0] == 143
    assert "tsx" not in (app / "log").read_text()
