"""Sizes, starts, health checks and databases: other ways of writing what a rule forbids, and honest ones like them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies import stacks
from tests.policies.court import DELETED, UNKNOWN, Court, Given, broken

APP = stacks.APP
Change = tuple[str, list[str | int], Any]


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def reported(court: Court, *changes: Change, platform: str = "dokploy", more: tuple[Given, ...] = ()) -> list[str]:
    resources, stack = (stacks.dokploy(), "production") if platform == "dokploy" else (stacks.docker(), "local")
    for name, path, value in changes:
        resources = broken(resources, name, path, value)
    return sorted({violation.rule for violation in court.judge([*resources, *more], stack=stack)})


LOST = (
    "tsx server.ts |& tee server.log",
    "tsx server.ts | tee server.log && echo ok",
    "tsx server.ts | tee server.log || exit 1",
    "(tsx server.ts | tee server.log)",
    "sh -c 'tsx server.ts | tee server.log'",
    "set -o pipefail; set +o pipefail; tsx server.ts | tee server.log",
    "tsx server.ts || exit 0",
    "tsx server.ts || echo crashed",
    "tsx server.ts || :",
    "tsx server.ts; echo done",
    "tsx server.ts\nexit 0",
    "tsx server.ts; echo done; exit $?",
    "set -e; tsx server.ts || true",
    "if tsx server.ts; then echo ok; else echo crashed; fi",
    "tsx server.ts & wait",
    "npm --prefix /app start",
    "npm run -s start",
    "npm run-script start",
    "pnpm -C /app --silent run start",
    "yarn --cwd /app start",
    "bun run start",
    "node --run start",
    "cd /app && exec npm start -- --port 3000",
)
KEPT = (
    "DB=$(echo $DATABASE_URL | sed s/file://); exec node server.js",
    "pnpm --filter 'a|b' exec tsx server.ts",
    "tsx server.ts | tee server.log; exit ${PIPESTATUS[0]}",
    "set -o pipefail; tsx server.ts | tee server.log",
    "set -euo pipefail\ntsx server.ts 2>&1 | tee server.log\n",
    "bash -eo pipefail -c 'tsx server.ts | tee server.log'",
    "tsx server.ts > >(tee server.log) 2>&1",
    "tsx server.ts || exit 1",
    "tsx server.ts || exit $?",
    "tsx server.ts && echo ended",
    "set -e; tsx server.ts; echo ended",
    "tsx server.ts; code=$?; echo ended; exit $code",
    "failed=1; tsx server.ts && failed=0; exit $failed",
    "tsx server.ts & wait $!",
    "prisma db push | tee push.log; exec tsx server.ts",
    "prisma db push || true; exec tsx server.ts",
    "cat seed.json | node server.js",
    "npm run build && pnpm exec next start",
    "npm run start:container",
    "npm ci && node start",
    "if test -f server.js; then exec node server.js; else exit 1; fi",
)


@pytest.mark.parametrize("command", LOST)
def test_a_start_that_loses_the_exit_code_is_reported(court: Court, command: str) -> None:
    assert reported(court, (APP, ["args", 0], command)) == ["runtime-command-exit-code"]
    assert reported(court, ("container", ["command", 0], command), platform="docker") == ["runtime-command-exit-code"]


@pytest.mark.parametrize("command", KEPT)
def test_a_start_that_keeps_the_exit_code_is_let_through(court: Court, command: str) -> None:
    assert reported(court, (APP, ["args", 0], command)) == []


@pytest.mark.parametrize("words", [["npm", "start"], ["npm start"], ["node", "--run=start"]])
def test_a_start_without_a_shell_is_read_too(court: Court, words: list[str]) -> None:
    assert reported(court, (APP, ["command"], words), (APP, ["args"], [])) == ["runtime-command-exit-code"]


def _left_to(builder: str) -> list[Change]:
    registry: Change = (APP, ["rollback"], DELETED)
    return [(APP, ["build", "type"], builder), registry, (APP, ["command"], []), (APP, ["args"], [])]


@pytest.mark.parametrize("builder", ["nixpacks", "railpack", "heroku_buildpacks", "paketo_buildpacks"])
def test_a_builder_without_a_command_runs_the_package(court: Court, builder: str) -> None:
    assert "runtime-command-exit-code" in reported(court, *_left_to(builder))


@pytest.mark.parametrize(
    ("builder", "variable", "command", "lost"),
    [
        ("nixpacks", "NIXPACKS_START_CMD", "node server.js", False),
        ("nixpacks", "NIXPACKS_START_CMD", "npm start", True),
        ("railpack", "RAILPACK_START_CMD", "node server.js", False),
        ("railpack", "NIXPACKS_START_CMD", "node server.js", True),
        ("dockerfile", "X", "x", False),
    ],
)
def test_a_builder_may_be_told_the_command(court: Court, builder: str, variable: str, command: str, lost: bool) -> None:
    found = reported(court, *_left_to(builder), (APP, ["env", variable], command))
    assert ("runtime-command-exit-code" in found) == lost


URL = "http://127.0.0.1:3000/api/health"
WEAK = (
    f"curl -f {URL} || true",
    f"curl -f {URL} || exit 0",
    f"curl -f {URL}; exit 0",
    f"curl -f {URL} | cat",
    f"curl -s {URL}",
    f"curl {URL} && exit 0 || exit 1",
    "true # /api/health",
    "true /api/health",
    f"curl -f {URL}z",
    f"curl -f {URL}/old",
    "curl -f http://127.0.0.1:3000/ # /api/health",
)
STRONG = (
    f"curl -f {URL}",
    f"curl -fsS {URL} || exit 1",
    f"curl --fail-with-body -o /dev/null {URL}",
    f"curl -sf '{URL}?full=1' > /dev/null",
    f"curl -s {URL} | grep -q Good",
    f"test \"$(curl -s -o /dev/null -w '%{{http_code}}' {URL})\" = 200",
    f"wget -qO- {URL} || exit 1",
    f"wget --spider -q {URL}",
    f"URL={URL}; curl -f $URL && exit 0 || exit 1",
    f"node -e \"fetch('{URL}').then(r=>process.exit(r.ok?0:1))\"",
    "curl -f http://$HOST:3000/api/health",
)


@pytest.mark.parametrize("test", WEAK)
def test_a_health_check_that_cannot_fail_is_reported(court: Court, test: str) -> None:
    assert reported(court, (APP, ["healthCheck", "test"], ["CMD-SHELL", test])) == ["runtime-health-checked"]
    docker = ("container", ["healthcheck", "tests"], ["CMD", "/bin/sh", "-c", test])
    assert reported(court, docker, platform="docker") == ["runtime-health-checked"]


@pytest.mark.parametrize("test", STRONG)
def test_a_health_check_that_can_fail_is_let_through(court: Court, test: str) -> None:
    assert reported(court, (APP, ["healthCheck", "test"], ["CMD-SHELL", test])) == []


@pytest.mark.parametrize(
    ("words", "agreed"),
    [
        (["CMD", "curl", "-f", "http://0.0.0.0:8080/api/health"], False),
        (["CMD", "curl", "-f", "http://[::1]:8080/api/health"], False),
        (["CMD", "curl", "-f", "http://app:8080/api/health"], False),
        (["CMD", "curl", "-f", "localhost:8080/api/health"], False),
        (["CMD", "curl", "-f", "http://localhost/api/health"], False),
        (["CMD", "curl", "-fk", "https://localhost/api/health"], False),
        (["CMD", "curl", "-f", "http://0.0.0.0:3000/api/health"], True),
        (["CMD-SHELL", "curl -f http://localhost:$PORT/api/health"], True),
        (["CMD-SHELL", "curl -f http://localhost:${PORT}/api/health"], True),
        (["CMD", "node", "-e", "fetch('http://localhost:'+process.env.PORT+'/api/health')"], True),
    ],
)
def test_the_port_of_the_health_check_is_read_from_any_address(court: Court, words: list[str], agreed: bool) -> None:
    found = reported(court, (APP, ["healthCheck", "test"], words))
    assert found == ([] if agreed else ["runtime-port-agreed"])


ONE_WRITER = ["environment-database-kept", "sizing-replicas-single"]


@pytest.mark.parametrize(
    ("url", "rules"),
    [
        ('"file:./database.db"', ONE_WRITER),
        ("'file:./database.db'", ONE_WRITER),
        ("sqlite:./database.db", ONE_WRITER),
        ("sqlite:///srv/database.db", ONE_WRITER),
        ("./database.db", ONE_WRITER),
        ("file:/app/data/db/../database.db", ONE_WRITER),
        ("FILE:/app/data/db/database.db", ONE_WRITER[1:]),
        ('"file:///app//data/db/./database.db?mode=rwc"', ONE_WRITER[1:]),
        ("postgresql://db/chat", []),
        ('"postgres://db/chat"', []),
        ("MySQL://db/chat", []),
        ("mongodb+srv://db/chat", []),
    ],
)
def test_the_database_is_sqlite_unless_its_address_says_otherwise(court: Court, url: str, rules: list[str]) -> None:
    two: Change = (APP, ["replicas"], 2)
    found = reported(court, (APP, ["env", "DATABASE_URL"], url), two)
    assert [rule for rule in found if rule in ONE_WRITER] == rules


def test_a_file_of_dokploy_keeps_no_database(court: Court) -> None:
    changes: list[Change] = [
        ("database", ["type"], "file"),
        ("database", ["volumeName"], DELETED),
        ("database", ["filePath"], "database.db"),
    ]
    assert reported(court, *changes) == ["environment-database-kept"]


@pytest.mark.parametrize(
    ("path", "value", "kept"),
    [
        (["volumes", 0], {"containerPath": "/app/data/db"}, False),
        (["volumes", 0], {"containerPath": "/app/data/db", "volumeName": ""}, False),
        (["mounts"], [{"type": "tmpfs", "target": "/app/data/db/"}], False),
        (["mounts"], [{"type": "volume", "target": "/app/data/db/x"}], True),
        (["tmpfs"], {"/app/data/db": "rw"}, False),
        (["tmpfs"], {"/tmp": "rw"}, True),
        (["volumes", 0], {"containerPath": "/app/data/./db/", "volumeName": "chatzwa-db"}, True),
        (["volumes", 0], {"containerPath": "/app/data", "hostPath": "/srv/chatzwa"}, True),
    ],
)
def test_what_keeps_a_database_has_a_name_or_a_folder(
    court: Court, path: list[str | int], value: Any, kept: bool
) -> None:
    changes: list[Change] = [("container", path, value)]
    if path[0] in ("mounts", "tmpfs") and not kept:
        changes.append(("container", ["volumes", 0, "containerPath"], "/app/other"))
    found = reported(court, *changes, platform="docker")
    assert found == ([] if kept else ["environment-database-kept"])


def test_memory_hides_a_volume_that_it_lies_above(court: Court) -> None:
    above = ("container", ["tmpfs"], {"/app/data/db/live": "rw"})
    url = ("container", ["envs", 2], "DATABASE_URL=file:/app/data/db/live/database.db")
    assert reported(court, above, url, platform="docker") == ["environment-database-kept"]


@pytest.mark.parametrize(
    ("memory", "cpu", "rules"),
    [
        ("3072Mi", "1500m", ["sizing-memory-recommended", "sizing-tier-named"]),
        ("2048Mi", "1000m", ["sizing-memory-recommended", "sizing-tier-named"]),
        ("6144Mi", "2000m", ["sizing-tier-named"]),
        ("4Gi", "2", []),
    ],
)
def test_sizes_are_those_that_the_stack_declares(court: Court, memory: str, cpu: str, rules: list[str]) -> None:
    below = [
        Given(type=one.type, name=one.name, props=one.props, parents=("chatzwa:index:AppContainer",), protected=True)
        if one.name == APP
        else one
        for one in stacks.dokploy()
    ]
    changed = broken(broken(below, APP, ["memoryLimit"], memory), APP, ["cpuLimit"], cpu)
    assert sorted({violation.rule for violation in court.judge(changed)}) == rules


NODE = "sizing-node-version"


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        ("node:iron", [NODE]),
        ("node:lts-alpine", [NODE]),
        ("node:current@sha256:" + "0" * 64, [NODE]),
        ("registry.company.com:5000/ubi9/nodejs:16", [NODE]),
        ("registry.company.com/ubi9/nodejs-18:1-110", [NODE]),
        ("gcr.io/distroless/nodejs18-debian12:nonroot", [NODE]),
        ("node", ["container-image-pinned", NODE]),
        ("node:22-alpine", []),
        ("node:v22.1.0@sha256:" + "0" * 64, []),
        ("node@sha256:" + "0" * 64, []),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", []),
        ("company/node-exporter:1.8", []),
        ("company/chat-node:2.0", []),
    ],
)
def test_an_image_of_node_shows_a_new_enough_one(court: Court, image: str, rules: list[str]) -> None:
    assert reported(court, ("container", ["image"], image), platform="docker") == rules
    pulled = [("image", ["name"], image), ("container", ["image"], UNKNOWN)]
    assert reported(court, *pulled, platform="docker") == rules


@pytest.mark.parametrize(
    ("builder", "variable", "given", "right"),
    [
        ("nixpacks", "NIXPACKS_NODE_VERSION", "22.x", True),
        ("nixpacks", "NIXPACKS_NODE_VERSION", "^20.9", True),
        ("nixpacks", "NIXPACKS_NODE_VERSION", "18.x", False),
        ("nixpacks", "NIXPACKS_NODE_VERSION", "latest", False),
        ("railpack", "RAILPACK_NODE_VERSION", "18", False),
        ("railpack", "RAILPACK_NODE_VERSION", "22", True),
        ("railpack", "NIXPACKS_NODE_VERSION", "18", True),
        ("paketo_buildpacks", "BP_NODE_VERSION", "16.*", False),
        ("heroku_buildpacks", "X", "x", True),
    ],
)
def test_a_builder_is_told_a_new_enough_node(
    court: Court, builder: str, variable: str, given: str, right: bool
) -> None:
    found = reported(court, (APP, ["build", "type"], builder), (APP, ["env", variable], given))
    assert (NODE not in found) == right


@pytest.mark.parametrize("quote", ["'", '"', ""])
def test_a_heap_in_quotes_is_read(court: Court, quote: str) -> None:
    command = f"node --max-old-space-size={quote}8192{quote} server.js"
    assert reported(court, (APP, ["args", 0], command)) == ["sizing-heap-below-memory"]


ABSENT = [  # what may or must not be set, and might be what is unknown
    "environment-ai-complete",
    "environment-ai-single",
    "environment-tls-verified",
    "sizing-heap-below-memory",
]


@pytest.mark.parametrize(
    ("position", "needed"),
    [
        (0, ["environment-node-production"]),
        (3, ["environment-auth-domain", "environment-auth-https", "environment-required-present"]),
        (6, []),
    ],
)
def test_an_unknown_variable_of_docker_stops_only_the_rules_that_may_need_it(
    court: Court, position: int, needed: list[str]
) -> None:
    found = court.judge(broken(stacks.docker(), "container", ["envs", position], UNKNOWN), stack="local")
    assert sorted({violation.rule for violation in found}) == sorted([*ABSENT, *needed])
    assert all(f"cannot be judged: envs.{position} is unknown" in violation.message for violation in found)


def test_what_is_known_beside_an_unknown_variable_is_judged(court: Court) -> None:
    changes: list[Change] = [("container", ["envs", 6], UNKNOWN), ("container", ["envs", 0], "NODE_ENV=development")]
    assert "environment-node-production" in reported(court, *changes, platform="docker")
