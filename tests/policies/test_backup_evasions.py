"""Jobs that copy, keep or delete copies of the database in other words, and honest ones that look like those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from components import scripts
from tests.policies import stacks
from tests.policies.court import DELETED, UNKNOWN, Court, Given, Violation, broken

DB = "/app/data/db/database.db"
GOOD = f"sqlite3 {DB} \".backup '/app/backups/x.db'\""
CONSISTENT = "backup-copy-consistent"
RETENTION = "backup-retention-minimum"
FOLDER = "backup-folder-kept"
DAILY = "backup-copy-daily"
OFFSITE = "backup-offsite-kept"


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def _rules(violations: Iterable[Violation]) -> list[str]:
    return sorted({violation.rule for violation in violations})


def _schedule(command: str, **props: Any) -> Given:
    """A schedule beside the good ones."""
    given = {"name": "other", "cronExpression": "0 5 * * *", "command": command, **props}
    return Given(
        type="dokploy:index:Schedule",
        name="other",
        props={"applicationId": UNKNOWN, **given},
        sources={"applicationId": [stacks.APP]},
    )


def _command(**props: Any) -> Given:
    return Given(type="command:local:Command", name="other", props=props)


def _backup(command: str) -> list[Given]:
    """The compliant stack with another command for its copies."""
    return broken(stacks.dokploy(), "schedule-backup", ["command"], command)


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
    found = court.judge([*stacks.dokploy(), _schedule(command)])
    assert CONSISTENT in _rules(found), _rules(found)
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
    assert _rules(court.judge([*stacks.dokploy(), _schedule(command)])) == []


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
    f"sqlite3 {DB} '.backup /tmp/x.db' && aws s3 cp /tmp/x.db s3://bucket/x.db",
    'sqlite3 "${DATABASE_URL#file:}" ".backup ${OUT:-/app/backups}/x.db"',
    f"OUT=/app/backups\nsqlite3 {DB} \".backup '$OUT/x-$(date +%F).db'\"\ncurl -fsS https://hc-ping.com/0b9c6e2a",
    f"litestream replicate {DB} s3://bucket/db",
    f"python3 -c \"import sqlite3; sqlite3.connect('{DB}').backup(sqlite3.connect('/app/backups/x.db'))\"",
)


@pytest.mark.parametrize("command", BY_SQLITE)
def test_each_way_by_which_sqlite_copies_is_a_copy(court: Court, command: str) -> None:
    assert _rules(court.judge(_backup(command))) == []


SALVAGE = (
    f"sqlite3 {DB} '.clone /app/backups/x.db'",
    f"sqlite3 {DB} .recover > /app/backups/x.sql",
    f"# .backup\n{DB}",
)


@pytest.mark.parametrize("command", SALVAGE)
def test_what_saves_a_damaged_file_is_no_copy(court: Court, command: str) -> None:
    assert _rules(court.judge(_backup(command))) == ["backup-copy-scheduled"]


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
    found = court.judge([*stacks.dokploy(), _schedule(command)])
    assert _rules(found) == [RETENTION]
    assert f"schedule other keeps copies for {SHORT[command]} and not 30" in found[0].message


@pytest.mark.parametrize("command", UNREADABLE)
def test_a_deletion_of_copies_whose_age_cannot_be_read_says_so(court: Court, command: str) -> None:
    found = court.judge([*stacks.dokploy(), _schedule(command)])
    assert _rules(found) == [RETENTION]
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
    f'T=$(mktemp); sqlite3 {DB} ".backup \'$T\'"; gzip -c "$T" > /app/backups/x.gz; rm -f "$T"',
    f"{GOOD}; gzip -c /app/backups/x.db > /app/backups/x.gz; rm -f /app/backups/x.db",
    'for log in /app/logs/*.log; do rm "$log"; done',
    "DAYS=30; for old in $(find /app/backups -name '*.db' -mtime +$DAYS); do rm -f $old; done",
)


@pytest.mark.parametrize("command", TIDY)
def test_other_deletions_are_let_through(court: Court, command: str) -> None:
    assert _rules(court.judge([*stacks.dokploy(), _schedule(command)])) == []


@pytest.mark.parametrize("props", [{}, {"enabled": False}])
def test_an_archive_once_a_week_beside_the_daily_copy_is_let_through(court: Court, props: Mapping[str, Any]) -> None:
    weekly = _schedule(GOOD.replace("x.db", "week.db"), cronExpression="0 2 * * 0", **props)
    assert court.judge([*stacks.dokploy(), weekly]) == []


def test_a_daily_copy_that_is_turned_off_does_not_count(court: Court) -> None:
    weekly = _schedule(GOOD, cronExpression="0 2 * * 0")
    found = court.judge([*broken(stacks.dokploy(), "schedule-backup", ["enabled"], False), weekly])
    assert _rules(found) == [DAILY]
    assert "schedule other with '0 2 * * 0' does not run every day" in found[0].message


ADDRESSES = (
    "curl https://hooks.slack.com/services/T0AAA/B0BBB/s3cr3t",
    "curl -fsS https://hc-ping.com/s3cr3t",
    "curl hooks.slack.com/services/T0AAA/s3cr3t",
    "curl $HOOK/s3cr3t",
    "wget -q --header 'Token: /s3cr3t' https://host/",
)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("joined", ["&&", ";", "\n"])
@pytest.mark.parametrize("target", ["/copies/x.db", "x.db", "$OUT/x.db"])
def test_addresses_are_no_folders_and_are_not_printed(court: Court, address: str, joined: str, target: str) -> None:
    found = court.judge(_backup(f"sqlite3 {DB} \".backup '{target}'\" {joined} {address}"))
    assert [violation.message for violation in found if "s3cr3t" in violation.message] == []
    (message,) = (violation.message for violation in found if violation.rule == FOLDER)
    where = "/copies" if target.startswith("/") else "a folder that it does not name"
    assert f"copies to {where}, which is on no volume" in message


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
    assert _rules(found) == rules
    if rules == [OFFSITE]:
        assert "what leaves the server is chatzwa-uploads" in found[0].message


# What belongs to the host of a Docker engine.


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
    assert _rules(court.judge([*stacks.dokploy(), _schedule(OWN[name])])) == []
    more = _command(create='printf "%s\\n" "$INSTALL" | /bin/sh', environment={"INSTALL": _installed(OWN[name])})
    assert _rules(court.judge(_docker(_installed(OWN["backup"]), more), stack="local")) == []


def test_the_programs_own_pruning_is_read(court: Court) -> None:
    short = OWN["prune"].replace("DAYS=30", "DAYS=7")
    assert _rules(court.judge([*stacks.dokploy(), _schedule(short)])) == [RETENTION]
    more = _command(create='printf "%s\\n" "$INSTALL" | /bin/sh', environment={"INSTALL": _installed(short)})
    found = court.judge(_docker(_installed(OWN["backup"]), more), stack="local")
    assert _rules(found) == [RETENTION]
    assert "command other keeps copies for 7 days" in found[0].message


@pytest.mark.parametrize("install", [stacks.in_container(stacks.COPY), _installed(OWN["backup"])])
def test_copies_of_a_docker_engine_lie_on_a_volume_too(court: Court, install: str) -> None:
    without = broken(_docker(install), "container", ["volumes", 1, "containerPath"], "/app/other")
    assert _rules(court.judge(without, stack="local")) == [FOLDER]
    elsewhere = court.judge(_docker(install.replace("/app/backups", "/copies")), stack="local")
    assert _rules(elsewhere) == [FOLDER]
    assert "cron copies to /copies, which is on no volume" in elsewhere[0].message


def test_copies_of_a_docker_engine_are_made_daily(court: Court) -> None:
    found = court.judge(broken(stacks.docker(), "backup", ["schedule"], "0 2 * * 1-5"), stack="local")
    assert _rules(found) == [DAILY]
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
    assert _rules(court.judge([*stacks.docker(), _command(create=create)], stack="local")) == ON_THE_HOST[create]


@pytest.mark.parametrize("name", ["create", "update"])
def test_a_command_that_is_known_only_later_cannot_be_judged(court: Court, name: str) -> None:
    found = court.judge([*stacks.docker(), _command(**{"create": "true", name: UNKNOWN})], stack="local")
    assert {CONSISTENT, RETENTION} <= set(_rules(found))
    assert {f"cannot be judged: {name} is unknown" in violation.message for violation in found} == {True}


# What belongs to no application of the stack.


def _of(identity: str | None, one: Given) -> Given:
    """The resource with the id of an application that is written down, and that comes from nowhere."""
    kept = {name: names for name, names in one.sources.items() if name != "applicationId"}
    return replace(one, name=f"{one.name}-2", props={**one.props, "applicationId": identity}, sources=kept)


def _known(resources: Iterable[Given], identity: str) -> list[Given]:
    """The stack once the id of its application is known."""
    return [
        replace(one, props={**one.props, "applicationId": identity}) if "applicationId" in one.props else one
        for one in resources
    ]


def _named(name: str) -> Given:
    return next(one for one in stacks.dokploy() if one.name == name)


BARE = replace(_named("domain"), props={**_named("domain").props, "middlewares": []}, sources={})
UNGUARDED = ["network-headers-sent", "network-rate-limited"]


@pytest.mark.parametrize("identity", ["app-2", UNKNOWN])
def test_a_domain_of_an_application_elsewhere_is_judged_by_the_rules_for_ways_in(court: Court, identity: str) -> None:
    alone = [_of(identity, BARE)]
    found = court.judge(alone)
    assert _rules(found) == UNGUARDED
    assert {violation.urn.rpartition("::")[2] for violation in found} == {"domain-2"}
    guarded = [_of(identity, _named("domain")), _named("headers"), _named("limit")]
    assert court.judge(guarded) == []


def test_a_domain_with_another_id_than_the_applications_is_judged(court: Court) -> None:
    found = court.judge([*_known(stacks.dokploy(), "app-1"), _of("app-2", BARE)])
    assert _rules(found) == UNGUARDED
    assert {violation.urn.rpartition("::")[2] for violation in found} == {"domain-2"}


def test_a_literal_id_is_that_of_the_application_whose_id_is_known(court: Court) -> None:
    def second(one: Given) -> Given:
        sources = {
            key: [f"{name}-b" if name == stacks.APP else name for name in names] for key, names in one.sources.items()
        }
        return replace(one, name=f"{one.name}-b", sources=sources)

    own = [
        one for one in stacks.dokploy() if one.name == stacks.APP or stacks.APP in one.sources.get("applicationId", ())
    ]
    resources = [*_known(stacks.dokploy(), "app-1"), *_known(map(second, own), "app-b")]
    assert court.judge(resources) == []
    found = court.judge([*resources, _of("app-b", replace(BARE, name="bare"))])
    assert _rules(found) == UNGUARDED
    assert {violation.urn.rpartition("::")[2] for violation in found} == {f"{stacks.APP}-b"}


@pytest.mark.parametrize(
    ("command", "rules"),
    [
        (f"cp {DB} /app/backups/x.db", [CONSISTENT]),
        ("find /app/backups -mtime +7 -delete", [RETENTION]),
        (stacks.COPY, []),
        (stacks.PRUNE, []),
        ("node cleanup.js", []),
    ],
)
def test_a_schedule_of_an_application_elsewhere_is_judged_by_its_command(
    court: Court, command: str, rules: list[str]
) -> None:
    assert _rules(court.judge([_of("app-2", _schedule(command))])) == rules


def test_a_database_of_another_kind_has_no_file_to_copy(court: Court) -> None:
    resources = broken(stacks.dokploy(), stacks.APP, ["env", "DATABASE_URL"], "postgresql://db/chat")
    resources = broken(resources, "schedule-backup", ["command"], "pg_dump chat > /app/backups/x.sql")
    assert _rules(court.judge([*resources, _schedule("tar czf /app/backups/x.tgz /app/data")])) == []


def test_a_schedule_without_a_command_is_no_copy(court: Court) -> None:
    resources = broken(stacks.dokploy(), "schedule-backup", ["command"], DELETED)
    assert _rules(court.judge(resources)) == ["backup-copy-scheduled"]
