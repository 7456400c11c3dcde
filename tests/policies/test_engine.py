"""The pack under the real engine: what breaks a rule stops a preview by the rule's name, and an update before it acts.

The previews break several things at once, since a run costs seconds, and name exactly the rules that each of them
breaks. The updates break one thing each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.policies.broken_program import ABSENT, UNKNOWN
from tests.policies.stage import Break, Run, Stage, stage

pytestmark = pytest.mark.engine

_APP = ("dokploy:index:Application", "chatzwa-application")
_DOMAIN = ("dokploy:index:Domain", "chatzwa-domain")
_MIDDLEWARE = "dokploy:index:Middleware"
_MOUNT = "dokploy:index:Mount"
_SCHEDULE = "dokploy:index:Schedule"
_TIER = ("chatzwa:index:ResourceTier", "chatzwa")
_BACKUP = ("chatzwa:index:BackupCron", "chatzwa")

_PORT = {"applicationId": "application", "publishedPort": 8080, "targetPort": 3000}
_TORN = {
    "applicationId": "application",
    "name": "torn",
    "volumeName": "chatzwa-production-database",
    "destinationId": "destination",
    "cronExpression": "0 4 * * *",
}

NOT_YET = {"change-rollback-possible", "change-failure-notified"}
"""What staging is only advised of: its owner need not have a registry and a channel for a trial."""

PUSHED = {"environment-build-secrets"}
"""What production is only advised of: the images that it keeps to go back to hold the variables of their build."""

BY_ITSELF = {"sizing-memory-recommended", "sizing-storage-declared", "change-deployment-gated", "container-image-known"}
"""What tests of their own show, here or of what is deployed."""

CASES: dict[str, list[tuple[Break, list[str]]]] = {
    "sizes": [
        ((*_APP, ("memory_limit",), "1024Mi"), ["sizing-memory-minimum", "sizing-tier-named"]),
        ((*_APP, ("cpu_limit",), "500m"), ["sizing-cpu-minimum", "sizing-tier-named"]),
        ((*_APP, ("memory_reservation",), "8Gi"), ["sizing-reservation-below-limit"]),
        ((*_APP, ("env", "NODE_OPTIONS"), "--max-old-space-size=4096"), ["sizing-heap-below-memory"]),
        ((*_APP, ("env", "NIXPACKS_NODE_VERSION"), "18"), ["sizing-node-version"]),
        ((*_APP, ("replicas",), 2), ["sizing-replicas-single"]),
        ((*_APP, ("update_policy", "order"), "start-first"), ["sizing-update-stop-first"]),
        ((*_TIER, ("tier", "storage"), "5Gi"), ["sizing-storage-minimum"]),
        ((*_DOMAIN, ("port",), 8080), ["runtime-port-expected", "runtime-port-agreed"]),
    ],
    "units": [
        ((*_APP, ("memory_limit",), "4294967297"), ["sizing-units-written", "sizing-tier-named"]),
        ((*_TIER, ("tier", "memory"), "9999Mi"), ["sizing-custom-reasoned"]),
        ((*_APP, ("env", "OLLAMA_MODEL"), "llama2"), ["environment-ai-single", "environment-ai-complete"]),
        ((_SCHEDULE, "chatzwa-schedule-backup", ("enabled",), False), ["backup-copy-scheduled"]),
        (("dokploy:index:VolumeBackup", "chatzwa-offsite", ("enabled",), False), ["backup-offsite-kept"]),
        ((*_APP, ("rollback",), ABSENT), ["change-rollback-possible"]),
        (
            ("dokploy:index:Notification", "chatzwa-alert-slack", ("app_build_error",), False),
            ["change-failure-notified"],
        ),
    ],
    "runtime": [
        ((*_APP, ("health_check", "test"), ["CMD", "true"]), ["runtime-health-checked"]),
        ((*_APP, ("health_check", "start_period_seconds"), 301), ["runtime-health-start-period"]),
        ((*_APP, ("health_check", "retries"), 1), ["runtime-health-retries"]),
        ((*_APP, ("restart_policy", "condition"), "any"), ["runtime-restart-on-failure"]),
        ((*_APP, ("restart_policy", "max_attempts"), 5), ["runtime-restart-limited"]),
        ((*_APP, ("restart_policy", "window_seconds"), 0), ["runtime-restart-window"]),
        ((*_APP, ("git", "branch"), "feature/x"), ["runtime-branch-released"]),
        ((*_APP, ("stop_grace_period_seconds",), 5), ["runtime-stop-graceful"]),
        ((*_APP, ("args", 0), "tsx server.ts | tee server.log"), ["runtime-command-exit-code"]),
    ],
    "environment": [
        ((*_APP, ("env", "NODE_ENV"), "development"), ["environment-node-production"]),
        ((*_APP, ("env", "NEXT_TELEMETRY_DISABLED"), "0"), ["environment-telemetry-off"]),
        ((*_APP, ("env", "NEXTAUTH_SECRET"), ABSENT), ["environment-required-present"]),
        ((*_APP, ("env", "ZAI_API_URL"), ABSENT), ["environment-ai-complete"]),
        ((*_APP, ("env", "SENTRY_URL"), "your-sentry"), ["environment-values-real"]),
        ((*_APP, ("env", "JWT_SECRET"), "canary-4711"), ["environment-secret-strength"]),
        (
            (*_APP, ("env", "NEXTAUTH_URL"), "http://other.company.com"),
            [
                "environment-auth-https",
                "environment-auth-domain",
            ],
        ),
        ((*_APP, ("env", "DATABASE_URL"), "file:/app/prisma/x.db"), ["environment-database-kept"]),
        ((*_APP, ("env", "NODE_TLS_REJECT_UNAUTHORIZED"), "0"), ["environment-tls-verified"]),
        (
            ("chatzwa:index:EnvSecrets", "chatzwa", ("plain", "SMTP_PASSWORD"), "canary-4711"),
            ["environment-secrets-hidden"],
        ),
        ((*_APP, ("env", "CORS_ORIGIN"), "*"), ["network-origins-named"]),
        ((*_APP, ("env", "ZAI_API_KEY"), "5e884898da28047151d0e56f8dc62927"), []),
        (
            (*_APP, ("previews",), {"env": {"ZAI_KEY": "5e884898da28047151d0e56f8dc62927"}}),
            ["environment-previews-apart"],
        ),
    ],
    "ways in": [
        ((*_APP, ("cpu_limit",), "3000m"), ["sizing-tier-named"]),
        ((*_DOMAIN, ("https",), False), ["network-domain-https"]),
        ((*_DOMAIN, ("host",), "chat.example.com"), ["network-host-real", "environment-auth-domain"]),
        ((*_DOMAIN, ("path",), "/api/admin"), ["network-admin-guarded"]),
        ((_MIDDLEWARE, "chatzwa-headers", ("configuration",), "{compress: {}}"), ["network-headers-sent"]),
        ((_MIDDLEWARE, "chatzwa-rate-limit", ("configuration",), "{compress: {}}"), ["network-rate-limited"]),
        ((_MOUNT, "chatzwa-volume-uploads", ("type",), "bind"), []),
        ((_MOUNT, "chatzwa-volume-uploads", ("volume_name",), ABSENT), []),
        ((_MOUNT, "chatzwa-volume-uploads", ("host_path",), "/var/run/docker.sock"), ["container-socket-away"]),
        ((_MOUNT, "chatzwa-volume-sessions", ("type",), "bind"), []),
        ((_MOUNT, "chatzwa-volume-sessions", ("volume_name",), ABSENT), []),
        ((_MOUNT, "chatzwa-volume-sessions", ("host_path",), "/etc/ssl"), ["container-host-paths-safe"]),
        ((*_APP, ("git",), ABSENT), []),
        ((*_APP, ("build",), ABSENT), []),
        ((*_APP, ("image",), {"reference": "registry.company.com/chatzwa:latest"}), ["container-image-pinned"]),
    ],
    "data": [
        (
            (_SCHEDULE, "chatzwa-schedule-backup", ("command",), "cp /app/data/db/database.db /app/backups/x.db"),
            ["backup-copy-consistent"],
        ),
        ((_SCHEDULE, "chatzwa-schedule-backup", ("cron_expression",), "0 2 * * 1"), ["backup-copy-daily"]),
        (
            (_SCHEDULE, "chatzwa-schedule-prune", ("command",), "find /app/backups -mtime +7 -delete"),
            ["backup-retention-minimum"],
        ),
        ((_MOUNT, "chatzwa-volume-backups", ("mount_path",), "/app/other"), ["backup-folder-kept"]),
        ((_MOUNT, "chatzwa-volume-database", ("protect",), False), ["backup-state-protected"]),
        ((*_BACKUP, ("prune_schedule",), "often"), ["backup-timer-valid"]),
        ((*_APP, ("auto_deploy",), True), ["change-push-waits"]),
        (("dokploy:index:Port", "port", None, _PORT), ["network-ports-local"]),
        (("dokploy:index:VolumeBackup", "torn", None, _TORN), ["backup-volume-consistent"]),
        ((*_APP, ("update_policy", "failure_action"), "pause"), ["change-failure-reverted"]),
    ],
}


def _singly() -> dict[str, list[Break]]:
    """Each broken thing with what has to be changed beside it, which breaks no rule and stands before it."""
    singly: dict[str, list[Break]] = {}
    beside: list[Break] = []
    for change, rules in (case for cases in CASES.values() for case in cases):
        beside.append(change)
        if rules:
            singly[", ".join(rules)] = beside
            beside = []
    return singly


SINGLY = _singly()

_TWO: Break = (*_APP, ("replicas",), 2)


def _expected(case: str) -> list[str]:
    return sorted({rule for _, rules in CASES[case] for rule in rules})


@pytest.fixture(scope="module")
def production() -> Iterator[Stage]:
    with stage() as made:
        yield made


@pytest.fixture(scope="module")
def runs(production: Stage) -> dict[str, Run]:
    """Every case, two at a time: a preview takes seconds, and neither locks nor changes the stack."""
    with ThreadPoolExecutor(2) as pool:
        started = {
            case: pool.submit(production.preview, *(change for change, _ in changes), level="production")
            for case, changes in CASES.items()
        }
        return {case: run.result() for case, run in started.items()}


@pytest.mark.parametrize("case", CASES)
def test_a_preview_stops_and_names_exactly_the_rules_that_are_broken(runs: dict[str, Run], case: str) -> None:
    run = runs[case]
    assert run.code != 0
    assert run.rules("mandatory") == _expected(case), run.said


def test_no_value_of_a_secret_is_shown(runs: dict[str, Run]) -> None:
    assert "environment-secret-strength" in runs["environment"].rules("mandatory")
    assert "canary-4711" not in "".join(
        message for rule in _expected("environment") for message in runs["environment"].messages(rule)
    )


@pytest.mark.parametrize("level", ["production", None])
def test_the_committed_production_stack_passes_its_level_and_nothing_else_is_left(
    production: Stage, level: str | None
) -> None:
    run = production.preview(level=level)
    assert run.code == (0 if level else 1), run.said
    assert set(run.rules("advisory" if level else "mandatory")) == PUSHED
    assert run.rules("mandatory" if level else "advisory") == []


def test_the_committed_staging_stack_passes_its_level() -> None:
    with stage("staging") as staging:
        run = staging.preview(level="staging")
    assert run.code == 0, run.said
    assert set(run.rules("advisory")) == NOT_YET


def test_without_a_level_file_what_is_recommended_blocks(production: Stage) -> None:
    run = production.preview((*_APP, ("memory_limit",), "2048Mi"), (*_APP, ("cpu_limit",), "1000m"))
    assert run.code != 0
    assert set(run.rules("mandatory")) == {*PUSHED, "sizing-memory-recommended", "sizing-tier-named"}


def test_a_stack_that_goes_past_the_components_is_judged_the_same(production: Stage) -> None:
    run = production.preview(level="production", PROGRAM="raw_program.py")
    assert run.code != 0
    assert {
        "sizing-tier-named",
        "sizing-storage-declared",
        "runtime-health-checked",
        "environment-database-kept",
        "network-domain-https",
        "container-image-pinned",
        "backup-copy-consistent",
        "backup-folder-kept",
        "backup-state-protected",
        "change-deployment-gated",
    } <= set(run.rules("mandatory"))


@pytest.mark.parametrize(
    ("change", "rule", "named"),
    [
        ((*_APP, ("memory_limit",), UNKNOWN), "sizing-memory-minimum", "memoryLimit"),
        ((*_APP, ("env", "JWT_SECRET"), UNKNOWN), "environment-secret-strength", "env"),
        ((_MOUNT, "chatzwa-volume-database", ("mount_path",), UNKNOWN), "environment-database-kept", "mountPath"),
    ],
)
def test_a_rule_that_cannot_be_judged_says_so_and_blocks(
    production: Stage, change: Break, rule: str, named: str
) -> None:
    run = production.preview(change, level="production")
    assert run.code != 0
    assert rule in run.rules("mandatory")
    assert any(f"cannot be judged: {named} is unknown" in message for message in run.messages(rule))
    assert not any("can't run policy" in event["message"] for event in run.events)


@pytest.mark.parametrize("rules", SINGLY)
def test_an_update_that_breaks_one_thing_is_stopped_by_its_rules_and_changes_nothing(
    production: Stage, rules: str
) -> None:
    run = production.up(*SINGLY[rules], level="production")
    assert run.code != 0
    assert run.rules("mandatory") == sorted(rules.split(", ")), run.said
    assert [call.path for call in production.simulator.calls if call.method == "POST"] == []
    assert not production.simulator.state.projects


def test_exemptions_let_through_are_listed_and_block_when_they_expire(production: Stage) -> None:
    entry = {
        "rule": "sizing-replicas-single",
        "resource": "*::chatzwa-application",
        "stack": "production",
        "reason": "A trial of a week",
        "owner": "Team",
        "ticket": "OPS-1",
        "expires": "2026-06-08",
    }
    file = production.pack / "exemptions.yaml"
    before = file.read_text()
    try:
        file.write_text(json.dumps({"exemptions": [entry, {**entry, "rule": "runtime-port-expected"}]}))
        held = production.preview(_TWO, level="production", CHATZWA_POLICY_TODAY="2026-06-01")
        assert held.code == 0, held.said
        (first, _) = held.messages("exemptions-in-force")
        assert "sizing-replicas-single for *::chatzwa-application in production: 7 days left" in first
        (unused,) = held.messages("exemptions-all-used")
        assert "runtime-port-expected" in unused
        expired = production.preview(_TWO, level="production", CHATZWA_POLICY_TODAY="2026-06-09")
    finally:
        file.write_text(before)
    assert expired.code != 0
    assert expired.rules("mandatory") == ["exemptions-entries-valid", "sizing-replicas-single"]
    assert "expired on 2026-06-08" in expired.messages("exemptions-entries-valid")[0]
