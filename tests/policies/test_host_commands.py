"""Jobs that the machine of a Docker engine runs, and other commands there, are read like those in a container."""

from __future__ import annotations

import pytest

from components import scripts
from tests.policies import stacks
from tests.policies.beside import DB, host_command, rules_of, schedule
from tests.policies.court import UNKNOWN, Court, Given, broken

CONSISTENT = "backup-copy-consistent"
RETENTION = "backup-retention-minimum"
FOLDER = "backup-folder-kept"
DAILY = "backup-copy-daily"


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def _docker(install: str, *more: Given) -> list[Given]:
    return [*broken(stacks.docker(), "cron", ["environment", "INSTALL"], install), *more]


def _installed(script: str) -> str:
    """What the program has the host run to put a job into its crontab."""
    line = stacks.in_container(script).removeprefix("JOB=")
    values = {"NAME": "chatzwa-x", "SCHEDULE": "0 2 * * *", "MARK": "m", "TIMEZONE": "UTC", "ABOUT": "x", "CRON": "x"}
    text = scripts.command("cron_install", **values)
    return f"{{\nJOB={line}\n{text}\n}} </dev/null"


OWN = {
    "backup": scripts.command("backup", DATABASE=DB, FOLDER="/app/backups"),
    "prune": scripts.command("prune", FOLDER="/app/backups", DAYS=30, KEEP=7),
    "drill": scripts.command("drill", DATABASE=DB, FOLDER="/app/backups", HOURS=26),
    "storage": scripts.command("storage", FOLDERS="/app/data/db /app/backups", LIMIT_KIB=1, PERCENT=85),
}


@pytest.mark.parametrize("name", OWN)
def test_the_programs_own_jobs_pass_on_both_platforms(court: Court, name: str) -> None:
    assert rules_of(court.judge([*stacks.dokploy(), schedule(OWN[name])])) == []
    more = host_command(create='printf "%s\\n" "$INSTALL" | /bin/sh', environment={"INSTALL": _installed(OWN[name])})
    assert rules_of(court.judge(_docker(_installed(OWN["backup"]), more), stack="local")) == []


def test_the_programs_own_pruning_is_read(court: Court) -> None:
    short = OWN["prune"].replace("DAYS=30", "DAYS=7")
    assert rules_of(court.judge([*stacks.dokploy(), schedule(short)])) == [RETENTION]
    more = host_command(create='printf "%s\\n" "$INSTALL" | /bin/sh', environment={"INSTALL": _installed(short)})
    found = court.judge(_docker(_installed(OWN["backup"]), more), stack="local")
    assert rules_of(found) == [RETENTION]
    assert "command other keeps copies for 7 days" in found[0].message


@pytest.mark.parametrize("install", [stacks.in_container(stacks.COPY), _installed(OWN["backup"])])
def test_copies_of_a_docker_engine_lie_on_a_volume_too(court: Court, install: str) -> None:
    without = broken(_docker(install), "container", ["volumes", 1, "containerPath"], "/app/other")
    assert rules_of(court.judge(without, stack="local")) == [FOLDER]
    elsewhere = court.judge(_docker(install.replace("/app/backups", "/copies")), stack="local")
    assert rules_of(elsewhere) == [FOLDER]
    assert "cron copies to /copies, which is on no volume" in elsewhere[0].message


def test_copies_of_a_docker_engine_are_made_daily(court: Court) -> None:
    found = court.judge(broken(stacks.docker(), "backup", ["schedule"], "0 2 * * 1-5"), stack="local")
    assert rules_of(found) == [DAILY]
    assert "schedules.backup of backup with '0 2 * * 1-5' does not run every day" in found[0].message


ON_THE_HOST = {
    "cp /srv/chatzwa/database.db /srv/backups/": [CONSISTENT],
    f"docker cp chatzwa:{DB} /srv/backups/": [CONSISTENT],
    f"docker exec chatzwa cp {DB} /app/backups/x.db": [CONSISTENT],
    f"docker exec chatzwa sh -c 'cat {DB}' > /srv/backups/x.db": [CONSISTENT],
    f"ssh deploy@host 'docker cp chatzwa:{DB} /srv/x.db'": [CONSISTENT],
    "echo '0 5 * * * cp /srv/database.db /backups/' | crontab -": [CONSISTENT],
    "sqlite3 /srv/chatzwa/database.db \".backup '/srv/backups/database.db'\"": [],
    "sqlite3 /srv/x/database.db '.backup /srv/y/database.db'; rclone copy /srv/y/database.db remote:chat": [],
    "docker exec chatzwa node server.js": [],
    "rm -rf /srv/work/*; cp compose.yaml /srv/": [],
}


@pytest.mark.parametrize("create", ON_THE_HOST)
def test_commands_on_the_host_are_read(court: Court, create: str) -> None:
    assert rules_of(court.judge([*stacks.docker(), host_command(create=create)], stack="local")) == ON_THE_HOST[create]


@pytest.mark.parametrize("name", ["create", "update"])
def test_a_command_that_is_known_only_later_cannot_be_judged(court: Court, name: str) -> None:
    found = court.judge([*stacks.docker(), host_command(**{"create": "true", name: UNKNOWN})], stack="local")
    assert {CONSISTENT, RETENTION} <= set(rules_of(found))
    assert {f"cannot be judged: other.{name} is unknown" in violation.message for violation in found} == {True}


def test_a_deletion_with_the_command_itself_is_no_pruning(court: Court) -> None:
    command = host_command(create="mkdir -p /app/backups", delete="rm -rf /app/backups", stdout="rm -rf /app/backups/*")
    assert court.judge([*stacks.docker(), command], stack="local") == []
