"""Each rule is broken by one thing and says so alone; a compliant stack of either platform breaks none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from sop.registry import RULES

from tests.policies import stacks
from tests.policies.breaks import BREAKS, Break
from tests.policies.court import DELETED, UNKNOWN, Court, Given, Violation, broken

Change = tuple[str, list[str | int], object]
PLATFORMS = {"dokploy": (stacks.dokploy, "production"), "docker": (stacks.docker, "local")}


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def _rules(violations: Iterable[Violation]) -> list[str]:
    return sorted({violation.rule for violation in violations})


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_compliant_stack_breaks_no_rule(court: Court, platform: str) -> None:
    make, stack = PLATFORMS[platform]
    assert court.judge(make(), stack=stack) == []


@pytest.mark.parametrize("case", BREAKS, ids=str)
def test_one_broken_thing_breaks_one_rule_that_names_resource_section_and_remedy(court: Court, case: Break) -> None:
    make, stack = PLATFORMS[case.platform]
    found = court.judge(broken(make(), case.name, case.path, case.value), stack=stack)
    assert _rules(found) == [case.rule]
    assert {violation.level for violation in found} == {"mandatory"}
    assert any(case.says in violation.message for violation in found), [v.message for v in found]
    (rule,) = (rule for rule in RULES if rule.id == case.rule)
    for violation in found:
        outcome, _, told = violation.message.partition("\n")
        assert outcome == rule.outcome
        assert told.startswith(violation.urn.rpartition("::")[2] + ": ")
        assert rule.section in told
        assert told.endswith(f"Remedy: {rule.remedy}")


def without(resources: Iterable[Given], *names: str) -> list[Given]:
    return [one for one in resources if one.name not in names]


MISSING: list[tuple[str, list[str]]] = [
    ("sizing-storage-declared", ["tier"]),
    ("backup-copy-scheduled", ["schedule-backup"]),
    ("backup-offsite-kept", ["offsite"]),
    ("change-deployment-gated", ["deployment"]),
    ("change-failure-notified", ["notification"]),
    ("environment-database-kept", ["database"]),
    ("backup-folder-kept", ["backups"]),
]


@pytest.mark.parametrize(("rule", "missing"), MISSING)
def test_what_is_missing_is_noticed(court: Court, rule: str, missing: list[str]) -> None:
    assert _rules(court.judge(without(stacks.dokploy(), *missing))) == [rule]


def _change(resources: list[Given], *changes: Change) -> list[Given]:
    for name, path, value in changes:
        resources = broken(resources, name, path, value)
    return resources


APP = stacks.APP
NIXPACKS = [(APP, ["build", "type"], "nixpacks"), (APP, ["rollback"], DELETED), (APP, ["args", 0], "node x")]


TOGETHER: list[tuple[list[str], list[Change]]] = [
    (["sizing-memory-minimum", "sizing-tier-named"], [(APP, ["memoryLimit"], "2047Mi")]),
    (["sizing-cpu-minimum", "sizing-tier-named"], [(APP, ["cpuLimit"], "999m")]),
    (["sizing-memory-minimum", "sizing-tier-named", "sizing-units-written"], [(APP, ["memoryLimit"], "2048")]),
    (
        ["sizing-memory-recommended"],
        [(APP, ["memoryLimit"], "2048Mi"), (APP, ["cpuLimit"], "1000m"), ("tier", ["tier"], stacks.STANDARD)],
    ),
    (["sizing-tier-named"], [(APP, ["memoryLimit"], "6144Mi"), (APP, ["cpuLimit"], "3000m")]),
    (["sizing-custom-reasoned"], [("tier", ["tier", "name"], "custom"), ("tier", ["tier", "reason"], " ")]),
    (["environment-ai-complete", "environment-ai-single"], [(APP, ["env", "OLLAMA_MODEL"], "llama2")]),
    (
        ["environment-ai-single"],
        [(APP, ["env", "OLLAMA_MODEL"], "x2"), (APP, ["env", "OLLAMA_BASE_URL"], "http://ollama:11434")],
    ),
    (
        ["environment-ai-single"],
        [(APP, ["env", "ZAI_API_KEY"], DELETED), (APP, ["env", "ZAI_API_URL"], DELETED)],
    ),
    (["runtime-port-agreed", "runtime-port-expected"], [("domain", ["port"], 8080)]),
    (
        ["change-rollback-possible", "sizing-node-version"],
        [*NIXPACKS, (APP, ["env", "NIXPACKS_NODE_VERSION"], "18")],
    ),
    (
        ["change-rollback-possible", "sizing-node-version"],
        [*NIXPACKS, (APP, ["env", "NIXPACKS_NODE_VERSION"], DELETED)],
    ),
    (
        ["change-rollback-possible", "sizing-node-version"],
        [*NIXPACKS, (APP, ["env", "NIXPACKS_NODE_VERSION"], "lts")],
    ),
    (
        ["change-rollback-possible", "runtime-command-exit-code"],
        [*NIXPACKS, (APP, ["args"], []), (APP, ["command"], [])],
    ),
    (["sizing-update-stop-first"], [(APP, ["updatePolicy"], DELETED)]),
    (["container-image-pinned"], [(APP, ["git"], DELETED), (APP, ["image"], {"reference": "team/chatzwa:latest"})]),
]


@pytest.mark.parametrize(("rules", "changes"), TOGETHER)
def test_what_breaks_several_rules_is_reported_by_each(court: Court, rules: list[str], changes: list[Change]) -> None:
    assert _rules(court.judge(_change(stacks.dokploy(), *changes))) == rules


def test_a_published_port_of_dokploy_is_refused(court: Court) -> None:
    port = Given(
        type="dokploy:index:Port",
        name="port",
        props={"applicationId": "app-1", "publishedPort": 8080, "targetPort": 3000},
    )
    (found,) = court.judge([*stacks.dokploy(), port])
    assert found.rule == "network-ports-local"
    assert "port 8080 is open on every address" in found.message


IMAGE_KNOWN = "container-image-known"


def test_an_image_that_is_unknown_and_made_by_nothing_is_noticed(court: Court) -> None:
    resources = without(broken(stacks.docker(), "container", ["image"], UNKNOWN), "image", "built")
    (found,) = court.judge(resources, stack="local")
    assert (found.rule, found.level) == (IMAGE_KNOWN, "mandatory")
    assert "its image is unknown at this time" in found.message


def test_a_command_on_the_host_is_judged_by_its_own_text_too(court: Court) -> None:
    plain = {"create": "echo '0 2 * * * cp /srv/database.db /backups/' | crontab -", "delete": "crontab -r"}
    command = Given(type="command:local:Command", name="copy", props=plain)
    assert _rules(court.judge([*stacks.docker(), command], stack="local")) == ["backup-copy-consistent"]


@pytest.mark.parametrize(
    ("middlewares", "rules"),
    [
        (["headers-12345678@file", "limit-12345678@file"], []),
        (["headers-12345678@file", "gone-12345678@file"], ["network-rate-limited"]),
        ([], ["network-headers-sent", "network-rate-limited"]),
    ],
)
def test_a_middleware_counts_by_its_reference_too(court: Court, middlewares: list[str], rules: list[str]) -> None:
    resources = [
        replace(one, sources={"applicationId": [APP]}, props={**one.props, "middlewares": middlewares})
        if one.name == "domain"
        else one
        for one in stacks.dokploy()
    ]
    assert _rules(court.judge(resources)) == rules


def test_what_is_right_is_let_through(court: Court) -> None:
    allowed: list[Change] = [
        (APP, ["git", "branch"], "production"),
        (APP, ["cpuLimit"], "2"),
        (APP, ["memoryLimit"], "4Gi"),
        (APP, ["healthCheck", "startPeriodSeconds"], 300),
        (APP, ["healthCheck", "retries"], 2),
        (APP, ["stopGracePeriodSeconds"], 10),
        (APP, ["restartPolicy", "maxAttempts"], 1),
        (APP, ["env", "NODE_OPTIONS"], "--max-old-space-size=4095"),
        (APP, ["memoryReservation"], "4096Mi"),
        (APP, ["args", 0], "set -o pipefail; tsx server.ts | cat"),
        (APP, ["env", "NIXPACKS_NODE_VERSION"], "20.9.0"),
        (APP, ["env", "DATABASE_URL"], "file:/app/data/db/database.db?connection_limit=1"),
        (APP, ["env", "NEXT_PUBLIC_KEY"], "x"),
        (APP, ["env", "MAIL_FROM"], "Chatzwa <chat@company.com>"),
        (APP, ["env", "EXCHANGE"], "exchange-items"),
        ("office", ["configuration"], "{basicAuth: {users: [a]}}"),
        ("schedule-backup", ["command"], "sqlite3 /app/data/db/database.db \".backup '/app/backups/x.db'\""),
        ("schedule-backup", ["cronExpression"], "*/5 * * * *"),
        ("domain", ["certificateType"], "custom"),
    ]
    assert court.judge(_change(stacks.dokploy(), *allowed)) == []


def test_a_custom_tier_passes_below_the_component_that_declares_it(court: Court) -> None:
    custom = {"name": "custom", "memory": "6144Mi", "cpu": "3000m", "storage": "40Gi", "reason": "A large index"}
    resources = [
        replace(one, parents=("chatzwa:index:AppContainer",)) if one.name == APP else one for one in stacks.dokploy()
    ]
    changed = _change(
        resources, (APP, ["memoryLimit"], "6144Mi"), (APP, ["cpuLimit"], "3000m"), ("tier", ["tier"], custom)
    )
    assert court.judge(changed) == []


def test_the_rules_of_production_leave_other_stacks_alone(court: Court) -> None:
    changes: list[Change] = [
        ("database", ["protected"], False),
        (APP, ["autoDeploy"], True),
        (APP, ["git", "branch"], "feature/x"),
        ("offsite", ["enabled"], False),
    ]
    resources = _change(stacks.dokploy(), *changes)
    assert court.judge(resources, stack="staging") == []
    production_only = sorted(rule.id for rule in RULES if rule.production_only)
    assert _rules(court.judge(resources, stack="prod-eu")) == [
        rule for rule in production_only if rule != "sizing-memory-recommended"
    ]


def test_every_rule_has_a_break() -> None:
    broken_ones = (
        {IMAGE_KNOWN}
        | {case.rule for case in BREAKS}
        | {rule for rule, _ in MISSING}
        | {r for rules, _ in TOGETHER for r in rules}
    )
    assert [rule.id for rule in RULES if rule.id not in broken_ones] == []


def test_no_rule_has_two_names_and_every_name_is_built_the_same_way() -> None:
    groups = {"sizing", "runtime", "environment", "network", "container", "backup", "change"}
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert [rule.id for rule in RULES if rule.group not in groups or len(rule.id.split("-")) < 3] == []
