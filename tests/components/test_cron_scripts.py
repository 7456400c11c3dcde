"""A job goes into the crontab once, out of it without a trace, and never takes another's line along.

The crontab is a file of the test's own behind a command of the same name: the machine's is its owner's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from components import scripts

CRONTAB = """#!/bin/sh
table="$HOME/table"
case "$1" in
  -l) [ -f "$table" ] && cat "$table" || { echo "no crontab for tester" >&2; exit 1; } ;;
  -r) rm "$table" ;;
  *) cat "$1" >"$table" ;;
esac
"""


@dataclass(frozen=True, kw_only=True)
class Home:
    """A machine's user with a crontab."""

    folder: Path
    shell: str

    def run(self, script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.shell, "-c", scripts.command(script, **variables)],
            env={"HOME": str(self.folder), "PATH": f"{self.folder / 'bin'}:{self.folder / 'tools'}", "TZ": "UTC"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def install(self, job: str = "backup", **changes: str) -> subprocess.CompletedProcess[str]:
        given = {
            "NAME": f"chatzwa-local-{job}",
            "SCHEDULE": "0 2 * * *",
            "JOB": "echo 'it ran'; false",
            "MARK": f"chatzwa-local:{job}",
            "TIMEZONE": "UTC",
            "ABOUT": "A job",
            "CRON": "required",
        }
        return self.run("cron_install", **{**given, **changes})

    def remove(self, job: str = "backup") -> subprocess.CompletedProcess[str]:
        return self.run("cron_remove", NAME=f"chatzwa-local-{job}", MARK=f"chatzwa-local:{job}")

    @property
    def table(self) -> list[str]:
        path = self.folder / "table"
        return path.read_text().splitlines() if path.exists() else []

    def line(self, job: str = "backup", schedule: str = "0 2 * * *") -> str:
        file = self.folder / ".chatzwa/cron" / f"chatzwa-local-{job}.sh"
        return f'{schedule} /bin/sh "{file}" >"{file}.log" 2>&1 # chatzwa-local:{job}'


@pytest.fixture(params=["bash", "sh"])
def shell(request: pytest.FixtureRequest) -> str:
    found = shutil.which(request.param)
    if found is None:
        pytest.skip(f"needs {request.param}")
    return found


@pytest.fixture
def home(shell: str, tmp_path: Path) -> Home:
    """A user with a crontab, and with a cron that runs as far as anybody can see."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/crontab").write_text(CRONTAB)
    (tmp_path / "bin/crontab").chmod(0o755)
    # The search for cron's process finds one, whatever runs on this machine.
    (tmp_path / "bin/grep").write_text(
        f'#!/bin/sh\ncase "$1" in -qsxE) [ ! -f "$HOME/asleep" ] ;; *) exec {shutil.which("grep")} "$@" ;; esac\n'
    )
    (tmp_path / "bin/grep").chmod(0o755)
    (tmp_path / "tools").mkdir()
    for name in ("sh", "mkdir", "mv", "cat", "rm", "rmdir", "awk", "cmp", "date", "id", "uname", "sleep"):
        (tmp_path / "tools" / name).symlink_to(shutil.which(name) or name)
    return Home(folder=tmp_path, shell=shell)


def test_a_job_is_one_line_however_often_it_is_installed(home: Home) -> None:
    for _ in range(2):
        done = home.install()
        assert done.returncode == 0, done.stderr
    assert home.table == [home.line()]


def test_a_changed_schedule_changes_the_line(home: Home) -> None:
    home.install()
    home.install(SCHEDULE="30 4 * * *")
    assert home.table == [home.line(schedule="30 4 * * *")]


def test_other_lines_stay_as_they_are(home: Home) -> None:
    others = ["# mine", "MAILTO=me", "5 * * * * run # chatzwa-local:backup of mine", "6 * * * * a 'b' \"c\" \\ %d $e"]
    (home.folder / "table").write_text("\n".join(others) + "\n")
    home.install()
    home.install("prune")
    assert home.table == [*others, home.line(), home.line("prune")]
    home.remove()
    assert home.table == [*others, home.line("prune")]
    home.remove("prune")
    assert home.table == others


def test_the_last_job_takes_the_empty_crontab_and_the_folder_along(home: Home) -> None:
    home.install()
    for _ in range(2):
        done = home.remove()
        assert done.returncode == 0, done.stderr
    assert not (home.folder / "table").exists()
    assert not (home.folder / ".chatzwa").exists()


def test_jobs_that_are_installed_at_once_all_get_in(home: Home) -> None:
    names = [f"job-{number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as pool:
        done = list(pool.map(home.install, names))
    assert [one.returncode for one in done] == [0] * len(names), [one.stderr for one in done]
    assert sorted(home.table) == sorted(home.line(name) for name in names)


def test_jobs_that_are_removed_at_once_all_get_out(home: Home) -> None:
    names = [f"job-{number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as pool:
        for _ in range(2):
            list(pool.map(home.install, names))
            done = list(pool.map(home.remove, names))
            assert [one.returncode for one in done] == [0] * len(names), [one.stderr for one in done]
            assert home.table == []
            assert not (home.folder / ".chatzwa").exists()


def test_a_line_goes_even_when_somebody_has_taken_its_files(home: Home) -> None:
    home.install()
    shutil.rmtree(home.folder / ".chatzwa")
    assert home.remove().returncode == 0
    assert home.table == []
    assert not (home.folder / ".chatzwa").exists()


def test_the_job_keeps_its_command_its_path_and_its_exit_code(home: Home) -> None:
    home.install(JOB="echo 'it ran on' \"$DOCKER_HOST\"; (exit 7)")
    job = home.folder / ".chatzwa/cron/chatzwa-local-backup.sh"
    done = subprocess.run(["/bin/sh", job], env={}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 7
    assert "it ran on" in done.stdout
    assert "with code 7" in done.stdout
    assert job.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda home: (home.folder / "bin/crontab").unlink(), "there is no cron on"),
        (lambda home: (home.folder / "asleep").touch(), "no cron is running on"),
    ],
)
def test_a_machine_without_cron_fails_where_it_is_required_and_is_told_of_where_not(
    change: Callable[[Home], object], expected: str, home: Home
) -> None:
    if not os.access("/proc/1/comm", os.R_OK) and "running" in expected:
        pytest.skip("needs Linux's list of processes")
    change(home)
    refused = home.install()
    assert refused.returncode == 1
    assert expected in refused.stderr
    assert "docker.cron" in refused.stderr
    allowed = home.install(CRON="optional")
    assert allowed.returncode == 0, allowed.stderr
    assert f"by hand: sh {home.folder}/.chatzwa/cron/chatzwa-local-backup.sh" in allowed.stdout
    assert home.remove().returncode == 0
    assert not (home.folder / ".chatzwa").exists()


def test_a_crontab_that_cannot_be_read_is_not_written(home: Home) -> None:
    (home.folder / "bin/crontab").write_text(
        '#!/bin/sh\n[ "$1" = -l ] || touch "$HOME/written"\necho denied >&2\nexit 1\n'
    )
    done = home.install()
    assert done.returncode == 1
    assert "denied" in done.stderr
    assert not (home.folder / "written").exists()


def test_another_zone_than_the_machines_is_said_aloud(home: Home) -> None:
    assert "not by" not in home.install(TIMEZONE="UTC").stdout
    assert "not by Asia/Jakarta" in home.install(TIMEZONE="Asia/Jakarta").stdout


def test_a_home_that_cron_would_misread_is_refused(home: Home) -> None:
    strange = home.folder / "100%"
    strange.mkdir()
    done = Home(folder=strange, shell=home.shell).install()
    assert done.returncode == 1
    assert "cron cannot name the folder" in done.stderr
