"""One local stack, walked from its first update to its end. The tests build on one another, in this order."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest
from sop.registry import RULES

from tests.components.stacks import ROOT, SECRETS
from tests.docker.engine import Engine
from tests.docker.stack import Stack
from tests.policies.broken_program import ABSENT

pytestmark = pytest.mark.docker

MIB = 1024 * 1024


def settled(engine: Engine, container: str, expected: tuple[str, int], within_s: float = 30) -> None:
    """Wait until the container's status and its restarts are as expected."""
    until = time.monotonic() + within_s
    while True:
        found = engine.inspect(container)
        if (found["State"]["Status"], found["RestartCount"]) == expected:
            return
        assert time.monotonic() < until, (found["State"], found["RestartCount"])
        time.sleep(0.1)


def test_an_update_ends_when_the_app_answers(stack: Stack) -> None:
    stack.config["protect"] = True
    ran = stack.up(judged=True).well()
    assert "healthy after" in ran.text
    assert "nothing runs yet: there is nothing to copy" in ran.text
    assert "chatzwa-sop" in ran.text, "the policies judged the same run"
    health = stack.get("/api/health")
    assert health["status"] == "ok"
    assert {"timestamp", "uptime"} <= health.keys()
    stack.say("Hello")
    outputs = stack.outputs()
    assert outputs["url"] == f"http://127.0.0.1:{stack.port}"
    assert outputs["deployment_id"] == stack.engine.inspect(stack.container)["Id"]


def test_the_engine_holds_the_limits_of_the_tier(stack: Stack) -> None:
    host = stack.engine.inspect(stack.container)["HostConfig"]
    assert (host["Memory"], host["MemorySwap"], host["NanoCpus"]) == (2048 * MIB, 2048 * MIB, 1_000_000_000)
    assert host["PidsLimit"] == 512
    assert host["RestartPolicy"] == {"Name": "on-failure", "MaximumRetryCount": 3}
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-file": "3", "max-size": "10m"}}


def test_the_container_has_as_few_rights_as_the_app_needs(stack: Stack) -> None:
    found = stack.engine.inspect(stack.container)
    host = found["HostConfig"]
    assert (host["ReadonlyRootfs"], host["Privileged"], host["CapDrop"]) == (True, False, ["ALL"])
    assert host["SecurityOpt"] == ["no-new-privileges:true"]
    assert host["PortBindings"] == {"3000/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(stack.port)}]}
    status = stack.engine("exec", stack.container, "cat", "/proc/1/status")
    values = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(values["Uid"].split()) == {"10001"}
    assert int(values["CapEff"], 16) == 0
    assert values["NoNewPrivs"] == "1"


def test_a_second_preview_and_a_refresh_find_nothing_and_show_no_secret(stack: Stack) -> None:
    ran = stack.pulumi("preview", "--diff", "--expect-no-changes").well()
    # What a refresh brings into the state would show in the update of the next test but one.
    stack.pulumi("refresh", "--yes", "--skip-preview", "--diff", "--expect-no-changes").well()
    variables = dict(pair.split("=", 1) for pair in stack.engine.inspect(stack.container)["Config"]["Env"])
    stand_ins = [variables[name] for name in SECRETS]
    assert all(len(value) == 48 for value in stand_ins)
    assert len(set(stand_ins)) == len(SECRETS)
    shown = stack.state + ran.text
    assert not [name for name, value in zip(SECRETS, stand_ins, strict=True) if value in shown]


BROKEN: dict[str, tuple[list[str | int], object]] = {
    "network-host-apart": (["network_mode"], "host"),
    "container-privileged-off": (["privileged"], True),
    "container-capabilities-dropped": (["capabilities", "adds"], ["CAP_SYS_ADMIN"]),
    "container-privileges-fixed": (["security_opts"], ["seccomp=unconfined"]),
    "container-user-plain": (["user"], "0"),
    "container-processes-limited": (["ulimits"], ABSENT),
    "container-root-read-only": (["read_only"], False),
}


@pytest.fixture
def breakable(stack: Stack) -> Iterator[Stack]:
    """The stack, whose program takes BREAKS (see tests/policies/broken_program.py)."""
    program, real = stack.folder / "__main__.py", stack.folder / "real_program.py"
    program.rename(real)
    shutil.copy(ROOT / "tests/policies/broken_program.py", program)
    yield stack
    real.replace(program)


@pytest.mark.parametrize("rule", BROKEN)
def test_a_preview_of_a_container_that_breaks_a_rule_is_stopped_by_it(breakable: Stack, rule: str) -> None:
    change = ["docker:index/container:Container", "chatzwa-container", *BROKEN[rule]]
    variables = {"PROGRAM": "real_program.py", "BREAKS": json.dumps([change])}
    # Without a level file, as what is only advised for this stack is to be seen too.
    ran = breakable.pulumi("preview", more={**variables, "PULUMI_OPTION_POLICY_PACK": "./policies"})
    assert ran.code != 0
    assert f"[mandatory] [severity: {_severity(rule)}]  {rule}  (" in ran.text, ran.text


def _severity(id: str) -> str:
    (found,) = (rule.severity for rule in RULES if rule.id == id)
    return found


def test_the_backup_of_the_crontab_runs_and_its_copy_opens(stack: Stack) -> None:
    schedules = stack.outputs()["schedules"]
    assert {"backup", "prune", "storage"} <= schedules.keys()
    assert sorted(line.split(" /bin/sh")[0] for line in stack.crontab) == sorted(schedules.values())
    (line,) = [line for line in stack.crontab if line.endswith(f"# {stack.container}:backup")]
    command = line.split(" * * * ", 1)[1]
    # As cron runs it: with hardly an environment.
    subprocess.run(["/bin/sh", "-c", command], env={"PATH": "/usr/bin:/bin"}, timeout=60, check=True)
    (copy,) = stack.copies
    look = ("exec", stack.container, "sqlite3", copy)
    assert stack.engine(*look, "PRAGMA integrity_check") == "ok"
    assert stack.engine(*look, "SELECT text FROM message") == "Hello"


def test_more_memory_comes_without_a_new_container(stack: Stack) -> None:
    before = stack.engine.inspect(stack.container)["Id"]
    stack.config["tier"] = {"memory": "2560Mi", "cpu": "1000m", "storage": "10Gi", "reason": "a test"}
    stack.engine("update", "--pids-limit", "100", stack.container)
    ran = stack.up().well()
    found = stack.engine.inspect(stack.container)
    assert found["Id"] == before
    repair = ("update", "--pids-limit", "512", stack.container)
    assert "the limit of processes is 100, not 512; where no release follows, set it: docker " in ran.text
    assert " ".join(repair) in ran.text
    stack.engine(*repair)
    assert "diff: ~memory,memorySwap]" in ran.text
    assert set(re.findall(r"(chatzwa-\S+) (?:updated|replaced|created)", ran.text)) == {"chatzwa-container"}, ran.text
    assert len(stack.copies) == 1, "a container that stays needs no copy before"
    assert (found["HostConfig"]["Memory"], found["HostConfig"]["MemorySwap"]) == (2560 * MIB, 2560 * MIB)


def test_a_backup_that_fails_stops_the_update_before_it_touches_the_container(stack: Stack) -> None:
    before = stack.engine.inspect(stack.container)["Id"]
    stack.config["healthCheck"]["retries"] = 2
    stack.engine("exec", stack.container, "chmod", "500", "/app/backups")
    ran = stack.up()
    stack.engine("exec", stack.container, "chmod", "700", "/app/backups")
    assert ran.code != 0
    assert (
        "nothing was replaced, the backup before it failed: backup failed: the folder /app/backups cannot be written "
        "to; mend the backup, or set backup.beforeDeploy to false for this once"
    ) in ran.text
    assert stack.engine.inspect(stack.container)["Id"] == before
    assert stack.get("/api/health")["status"] == "ok"
    assert len(stack.copies) == 1


def test_another_health_check_comes_with_a_copy_before_and_a_new_container_that_has_the_data(stack: Stack) -> None:
    before, jobs = stack.engine.inspect(stack.container)["Id"], stack.crontab
    stack.up().well()
    found = stack.engine.inspect(stack.container)
    assert found["Id"] != before
    assert found["Config"]["Healthcheck"]["Retries"] == 2
    assert found["HostConfig"]["PidsLimit"] == 512
    (_, copy) = stack.copies
    assert stack.engine("exec", stack.container, "sqlite3", copy, "SELECT text FROM message") == "Hello"
    assert stack.messages == ["Hello"]
    assert stack.crontab == jobs


def test_an_app_that_is_killed_comes_back_at_most_3_times(stack: Stack) -> None:
    for restarts in (1, 2, 3):
        stack.engine.kill(stack.container)
        settled(stack.engine, stack.container, ("running", restarts))
    stack.engine.kill(stack.container)
    settled(stack.engine, stack.container, ("exited", 3))


def test_a_refresh_finds_the_stopped_container_and_an_update_replaces_it(stack: Stack) -> None:
    found = stack.pulumi("refresh", *("--yes", "--skip-preview", "--diff"), "--expect-no-changes")
    assert found.code != 0
    assert "mustRun" in found.text
    stack.up().well()
    settled(stack.engine, stack.container, ("running", 0))
    assert stack.messages == ["Hello"]


def test_a_build_that_fails_shows_its_last_lines_and_leaves_what_runs_alone(stack: Stack) -> None:
    before = stack.engine.inspect(stack.container)["Id"]
    recipe = stack.folder / "app/Dockerfile"
    recipe.write_text(recipe.read_text() + "RUN echo no such package && exit 3\n")
    ran = stack.up()
    shutil.copy(ROOT / "examples/app/Dockerfile", recipe)
    assert ran.code != 0
    assert "the image was not built from app/Dockerfile; nothing was replaced: what ran before still runs" in ran.text
    assert "  | no such package\n" in ran.text
    assert f"correct the cause, then: make up STACK={stack.name}" in ran.text
    assert stack.engine.inspect(stack.container)["Id"] == before


def test_an_unhealthy_image_fails_the_update_at_once_with_its_last_lines(stack: Stack) -> None:
    server = stack.folder / "app/server.mjs"
    text = server.read_text()
    assert '[200, { status: "ok"' in text
    bad = text.replace('[200, { status: "ok"', '[503, { status: "out of order"')
    server.write_text(f'console.log("signed in with " + process.env.ADMIN_CLEANUP_KEY);\n{bad}')
    stack.config["healthCheck"]["startPeriodSeconds"] = 1
    ran = stack.up()
    assert ran.code != 0
    assert ran.seconds < 60
    assert "the release failed: the container is unhealthy" in ran.text
    assert "the last check said: status 503" in ran.text
    assert "| signed in with [secret]" in ran.text
    assert f"its whole log: docker --host {shlex.quote(stack.engine.address)} logs {stack.container}" in ran.text
    assert f"correct the cause, then: make up STACK={stack.name}" in ran.text
    assert "Traceback" not in ran.text


def test_the_next_update_repairs_it(stack: Stack) -> None:
    shutil.copy(ROOT / "examples/app/server.mjs", stack.folder / "app")
    stack.up().well()
    assert stack.get("/api/health")["status"] == "ok"
    assert stack.messages == ["Hello"]


def test_a_protected_stack_keeps_its_volumes(stack: Stack) -> None:
    ran = stack.pulumi("destroy", "--yes", "--skip-preview")
    assert ran.code != 0
    assert "cannot be deleted" in ran.text
    assert len(stack.engine.names("volume", stack.container)) == 4
    stack.pulumi("state", "unprotect", "--all", "--yes").well()


def test_a_destroyed_stack_leaves_nothing(stack: Stack) -> None:
    stack.pulumi("destroy", "--yes", "--skip-preview").well()
    for kind in ("ps --all", "volume", "network"):
        assert stack.engine.names(kind, stack.container) == [], kind
    assert stack.crontab == []
    assert not (stack.folder / "user/.chatzwa").exists()
