"""Jobs that copy, keep or delete copies of the database in other words, and honest ones that look like those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.policies import stacks
from tests.policies.beside import DB, copied_by, rules_of, schedule
from tests.policies.court import DELETED, Court, broken

GOOD = f"sqlite3 {DB} \".backup '/app/backups/x.db'\""
CONSISTENT = "backup-copy-consistent"
RETENTION = "backup-retention-minimum"
FOLDER = "backup-folder-kept"
DAILY = "backup-copy-daily"
OFFSITE = "backup-offsite-kept"


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


PLAIN = (
    "tar czf /copies/x.tgz /app/data",
    "tar -czf /app/backups/x.tgz -C /app data/db",
    "tar -C /app/data -czf /app/backups/x.tgz db",
    "cd /app/data && tar czf /app/backups/x.tgz db",
    f"/bin/cp {DB} /app/backups/x.db",
    f"cp -t /app/backups {DB}",
    f"cp {DB}-wal /app/backups/",
    "cp -r /app/data/db /app/backups/x",
    "cp -a /app/data/db/. /app/backups/x",
    "cp /app/data/db/* /app/backups/",
    "cp /app/data/*/database.db* /app/backups/",
    f"rclone copy {DB} remote:chat",
    "aws s3 sync /app/data s3://bucket/data",
    "rsync -a --exclude uploads /app/data/ /app/backups/data/",
    f"DB={DB}; cp $DB /app/backups/x.db",
    f'DB=${{DB:-{DB}}}\ncp "${{DB}}" /app/backups/x.db',
    'cp "${DATABASE_URL#file:}" /app/backups/x.db',
    f"sqlite3 {DB} '.backup /tmp/a'; cp {DB} /app/backups/x.db",
    f"{GOOD} # .backup\ncat {DB} | gzip > /app/backups/x.gz",
    f"gzip -c < {DB} > /app/backups/x.gz",
    f"dd if={DB} of=/app/backups/x.db bs=1M",
    f"timeout 60 nice -n 5 cp {DB} /app/backups/x.db",
    f"bash -lc 'cp {DB} /app/backups/x.db'",
    f"su -s /bin/sh node -c 'cp {DB} /app/backups/x.db'",
    f'size="$(cat {DB} | tee /app/backups/x.db | wc -c)"',
    "cd /app/data/db && cp database.db /app/backups/x.db",
    "zip -r /app/backups/x.zip /app/data",
)


@pytest.mark.parametrize("command", PLAIN)
def test_a_plain_copy_beside_the_good_one_is_reported(court: Court, command: str) -> None:
    found = court.judge([*stacks.dokploy(), schedule(command)])
    assert CONSISTENT in rules_of(found), rules_of(found)
    (message,) = (violation.message for violation in found if violation.rule == CONSISTENT)
    assert "other copies the file of a database that is being written to" in message


SHIPPED = (
    f"{GOOD} && gzip -f /app/backups/x.db",
    f"{GOOD}; aws s3 cp /app/backups/x.db s3://bucket/",
    f"{GOOD}; cp /app/backups/x.db /app/backups/latest.db",
    "gzip /app/backups/*.db",
    "aws s3 cp /app/backups/database.db s3://bucket/ --no-progress",
    "rsync -a /app/backups/ backup@host:/srv/chat/",
    "cp /app/backups/*.db /app/backups/weekly/",
    "tar czf /app/backups/week.tgz -C /app/backups .",
    "tar czf /app/backups/uploads.tgz -C /app/data uploads",
    "tar czf /app/backups/uploads.tgz --exclude=db /app/data",
    "rsync -a --exclude '*.db*' /app/data/ backup@host:/srv/data/",
    "cat /app/data/db/README",
    f"cat /app/data/db/schema.sql; ls -l {DB}; sha256sum {DB}",
    f"test -f {DB} || echo cp {DB} cannot work",
    f"cp /app/backups/x.db {DB}.new",
    f"gunzip -c /app/backups/x.gz > {DB}",
    f"zstd -d /app/backups/x.zst -o {DB}",
    "tar xzf /app/backups/x.tgz -C /app/data db",
    f"sqlite3 {DB} 'PRAGMA optimize'",
)


@pytest.mark.parametrize("command", SHIPPED)
def test_what_goes_with_finished_copies_or_other_files_is_let_through(court: Court, command: str) -> None:
    assert rules_of(court.judge([*stacks.dokploy(), schedule(command)])) == []


BY_SQLITE = (
    f"sqlite3 {DB} .dump > /app/backups/x.sql",
    f"sqlite3 {DB} .dump | gzip > /app/backups/x-$(date +%F).sql.gz",
    f"sqlite3 {DB} .dump | gzip | aws s3 cp - s3://bucket/x.sql.gz",
    f"sqlite3 {DB} \"VACUUM INTO '/app/backups/x.db'\"",
    f"sqlite3 {DB} '.save /app/backups/x.db'",
    f"sqlite3 {DB} '.timeout 5000' \".backup '/app/backups/x-$(date +%F).db'\"",
    f"sqlite3 {DB} <<END\n.backup /app/backups/x.db\nEND",
    f"echo '.backup /app/backups/x.db' | sqlite3 {DB}",
    f"cd /app/backups && sqlite3 {DB} '.backup x.db'",
    f"cd /app/backups && sqlite3 {DB} .dump > x.sql",
    f"sqlite3 {DB} '.backup /tmp/x.db' && mv /tmp/x.db /app/backups/x.db",
    f"sqlite3 {DB} '.backup /tmp/x.db' && aws s3 cp /tmp/x.db s3://bucket/x.db --no-progress",
    'sqlite3 "${DATABASE_URL#file:}" ".backup ${OUT:-/app/backups}/x.db"',
    f"OUT=/app/backups\nsqlite3 {DB} \".backup '$OUT/x-$(date +%F).db'\"\ncurl -fsS https://hc-ping.com/0b9c6e2a",
    f"litestream replicate {DB} s3://bucket/db",
    f"python3 -c \"import sqlite3; sqlite3.connect('{DB}').backup(sqlite3.connect('/app/backups/x.db'))\"",
)


@pytest.mark.parametrize("command", BY_SQLITE)
def test_each_way_by_which_sqlite_copies_is_a_copy(court: Court, command: str) -> None:
    assert rules_of(court.judge(copied_by(command))) == []


SALVAGE = (
    f"sqlite3 {DB} '.clone /app/backups/x.db'",
    f"sqlite3 {DB} .recover > /app/backups/x.sql",
    f"# .backup\n{DB}",
)


@pytest.mark.parametrize("command", SALVAGE)
def test_what_saves_a_damaged_file_is_no_copy(court: Court, command: str) -> None:
    assert rules_of(court.judge(copied_by(command))) == ["backup-copy-scheduled"]


SHORT = {
    "find /app/backups -name '*.db' -mtime +7 -delete": "7 days",
    "find /app/backups -mmin +10080 -delete": "7 days",
    "find /app/backups -ctime +7 -delete": "7 days",
    "find /app/backups -name '*.db' -mtime +7 -exec rm {} +": "7 days",
    "find /app/backups ! -newermt '7 days ago' -delete": "7 days",
    "find /app/backups -type f -mtime -1 -delete": "0 days",
    "find /app -type f -mtime +7 -delete": "7 days",
    "cd /app/backups && find . -mtime +7 -delete": "7 days",
    "KEEP_DAYS=7; find /app/backups -mtime +$KEEP_DAYS -delete": "7 days",
    'find /app/backups -mtime "+${KEEP_DAYS:-7}" -delete': "7 days",
    "find /app/backups -mtime +30 -delete; find /app/backups -mtime +7 -delete": "7 days",
    "find /app/backups -mtime +7 -print0 | xargs -0 rm -f": "7 days",
    "rm -f $(find /app/backups -mtime +7)": "7 days",
    'find /app/backups -mtime +7 | while read -r old; do rm "$old"; done': "7 days",
    'for old in $(find /app/backups -name \'*.db\'); do [ -n "$(find "$old" -mtime +7)" ] && rm $old; done': "7 days",
}
UNREADABLE = (
    "ls -1t /app/backups/*.db | tail -n +8 | xargs rm -f",
    "cd /app/backups && ls -t | tail -n +8 | xargs rm --",
    'rm -f "$(ls -1tr /app/backups/*.db | head -n 1)"',
    'for old in $(ls -1t /app/backups | tail -n +8); do rm -f /app/backups/$old "$old"; done',
    "rm -f /app/backups/*.db",
    "rm -rf /app/backups",
    "find /app/backups -name '*.db' -delete",
    "find /app/backups -mtime +$KEEP -delete",
)


@pytest.mark.parametrize("command", SHORT)
def test_copies_that_are_deleted_early_are_reported(court: Court, command: str) -> None:
    found = court.judge([*stacks.dokploy(), schedule(command)])
    assert rules_of(found) == [RETENTION]
    assert f"schedule other keeps copies for {SHORT[command]} and not 30" in found[0].message


@pytest.mark.parametrize("command", UNREADABLE)
def test_a_deletion_of_copies_whose_age_cannot_be_read_says_so(court: Court, command: str) -> None:
    found = court.judge([*stacks.dokploy(), schedule(command)])
    assert rules_of(found) == [RETENTION]
    assert "cannot be judged: schedule other deletes copies by something else" in found[0].message


TIDY = (
    "find /app/logs -mtime +7 -delete",
    "find /app/backups -mtime +30 -delete; find /app/logs -mtime +7 | xargs rm -f",
    "find /app/backups -mtime +30 | xargs rm -f",
    "find /app/backups ! -mtime -30 -delete",
    "find /app/backups -mmin +43200 -delete",
    "find /app/backups -name '*.log' -mtime +7 -delete",
    "find /app/backups -name '.copy-*' -mmin +60 -exec rm -f {} +",
    "find /app/backups -type d -empty -delete",
    "find /app -name '*.cache' -mtime +1 -delete",
    "find /app/backups -name '*.db' -mtime +7",
    "ls -1t /app/logs/*.log | tail -n +8 | xargs rm -f",
    "rm -f /app/logs/*.log; rm -rf /tmp/work",
    "mkdir /app/backups/work; rm -rf /app/backups/work; rm -f /app/backups/*.tmp",
    f'T=$(mktemp); sqlite3 {DB} ".backup \'$T\'"; gzip -c "$T" > /app/backups/x.gz; rm -f "$T"',
    f"{GOOD}; gzip -c /app/backups/x.db > /app/backups/x.gz; rm -f /app/backups/x.db",
    'for log in /app/logs/*.log; do rm "$log"; done',
    "DAYS=30; for old in $(find /app/backups -name '*.db' -mtime +$DAYS); do rm -f $old; done",
)


@pytest.mark.parametrize("command", TIDY)
def test_other_deletions_are_let_through(court: Court, command: str) -> None:
    assert rules_of(court.judge([*stacks.dokploy(), schedule(command)])) == []


def test_copies_that_together_run_every_day_are_enough(court: Court) -> None:
    first = broken(stacks.dokploy(), "schedule-backup", ["cronExpression"], "0 2 * * 1-5")
    assert rules_of(court.judge(first)) == [DAILY]
    assert court.judge([*first, schedule(GOOD, cronExpression="0 4 * * 6,0")]) == []


@pytest.mark.parametrize("props", [{}, {"enabled": False}])
def test_an_archive_once_a_week_beside_the_daily_copy_is_let_through(court: Court, props: Mapping[str, Any]) -> None:
    weekly = schedule(GOOD.replace("x.db", "week.db"), cronExpression="0 2 * * 0", **props)
    assert court.judge([*stacks.dokploy(), weekly]) == []


def test_a_daily_copy_that_is_turned_off_does_not_count(court: Court) -> None:
    weekly = schedule(GOOD, cronExpression="0 2 * * 0")
    found = court.judge([*broken(stacks.dokploy(), "schedule-backup", ["enabled"], False), weekly])
    assert rules_of(found) == [DAILY]
    assert "schedule other with '0 2 * * 0' does not run every day" in found[0].message


ADDRESSES = (
    "curl https://hooks.slack.com/services/T0AAA/B0BBB/s3cr3t",
    "curl -fsS https://hc-ping.com/s3cr3t",
    "curl hooks.slack.com/services/T0AAA/s3cr3t",
    "curl $HOOK/s3cr3t",
    "wget -q --header 'Token: /s3cr3t' https://host/",
    "true; sqlite3 /app/data/db/database.db .dump | curl -H 'Token: /s3cr3t' -T - https://host/s3cr3t",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("joined", ["&&", ";", "\n"])
@pytest.mark.parametrize("target", ["/copies/x.db", "x.db", "$OUT/x.db"])
def test_addresses_are_no_folders_and_are_not_printed(court: Court, address: str, joined: str, target: str) -> None:
    found = court.judge(copied_by(f"sqlite3 {DB} \".backup '{target}'\" {joined} {address}"))
    assert [violation.message for violation in found if "s3cr3t" in violation.message] == []
    (message,) = (violation.message for violation in found if violation.rule == FOLDER)
    where = "/copies" if target.startswith("/") else "a folder that it does not name"
    assert f"copies to {where}, which is on no volume" in message


def test_an_address_beside_the_copy_in_one_command_is_not_printed(court: Court) -> None:
    text = f"sqlite3.connect('{DB}').backup(copy); urlopen('https://hooks.company.com/?to=/s3cr3t')"
    found = court.judge(copied_by(f'python3 -c "{text}"'))
    assert FOLDER in rules_of(found)
    assert [violation.message for violation in found if "s3cr3t" in violation.message] == []


@pytest.mark.parametrize(
    ("volume", "props", "rules"),
    [
        ("chatzwa-uploads", {}, [OFFSITE]),
        ("chatzwa-backups", {}, []),
        ("chatzwa-db", {"turnOff": True}, []),
        ("chatzwa-db", {}, ["backup-volume-consistent"]),
    ],
)
def test_off_site_is_the_volume_of_the_copies_or_the_databases_own(
    court: Court, volume: str, props: Mapping[str, Any], rules: list[str]
) -> None:
    resources = broken(stacks.dokploy(), "offsite", ["volumeName"], volume)
    for name, value in props.items():
        resources = broken(resources, "offsite", [name], value)
    found = court.judge(resources)
    assert rules_of(found) == rules
    if rules == [OFFSITE]:
        assert "what leaves the server is chatzwa-uploads" in found[0].message


def test_a_database_of_another_kind_has_no_file_to_copy(court: Court) -> None:
    resources = broken(stacks.dokploy(), stacks.APP, ["env", "DATABASE_URL"], "postgresql://db/chat")
    resources = broken(resources, "schedule-backup", ["command"], "pg_dump chat > /app/backups/x.sql")
    assert rules_of(court.judge([*resources, schedule("tar czf /app/backups/x.tgz /app/data")])) == []


def test_a_schedule_without_a_command_is_no_copy(court: Court) -> None:
    resources = broken(stacks.dokploy(), "schedule-backup", ["command"], DELETED)
    assert rules_of(court.judge(resources)) == ["backup-copy-scheduled"]
