"""`python -m ops verify` on a stack that was deployed by the real engine: each run proves as much as it can."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from ops.evidence.records import Verification, evidence_file, read
from tests.ops.checkout import SECRETS
from tests.ops.deployed import STACK, Copy, deployed
from tests.ops.verify.chat import HOST, serving
from tests.ops.verify.conftest import Bench

pytestmark = pytest.mark.engine

GIB = 1024**3


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("verify") / "checkout") as made:
        # The storage check has run.
        made.simulator.skip(3600)
        yield made


def run(copy: Copy, bench: Bench, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert bench.certificate is not None
    with serving(bench.chat, bench.certificate.pair) as port, serving(bench.chat.plain) as plain:
        ways = ("--address", f"127.0.0.1:{port}", "--http-address", f"127.0.0.1:{plain}")
        ca = ("--ca", str(bench.authority.certificate))
        return copy.ops("verify", STACK, *ways, *ca, *arguments)


def recorded(copy: Copy) -> Verification:
    """The newest record of the evidence."""
    newest = read(evidence_file(copy.checkout.folder, {}))[-1]
    assert isinstance(newest, Verification)
    return newest


def test_a_good_site_passes_with_memory_and_disk_of_dokploy_and_nothing_but_the_evidence_is_written(
    copy: Copy, bench: Bench
) -> None:
    before, calls = copy.files, len(copy.simulator.calls)
    ended = run(copy, bench, "--json", "--contract", "strict")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document = json.loads(ended.stdout)
    assert (document["result"], document["url"]) == ("passed", f"https://{HOST}")
    checks = {check["id"]: check for check in document["checks"]}
    # What the simulated container uses, a quarter of its limit.
    assert checks["memory"]["measured"] == "25 % (512Mi of 2048Mi)"
    assert checks["disk"]["measured"] == "below the limit (just now)"
    assert {check["outcome"] for check in checks.values()} == {"ok"}

    assert copy.files == before
    assert {call.method for call in copy.simulator.calls[calls:]} == {"GET"}
    said = ended.stderr
    assert said.startswith(f"reads stack {STACK}: outputs, configuration and state\n")
    assert f"contacts https://{HOST} at 127.0.0.1:" in said
    assert f"contacts http://{HOST} at 127.0.0.1:" in said
    assert f"reads {copy.simulator.url}: memory and storage" in said

    record = recorded(copy)
    assert (record.result, record.exit_code, record.stack) == ("passed", 0, STACK)
    assert record.checks == dict.fromkeys(checks, "ok")
    assert record.release == copy.checkout.resources["chatzwa-deployment"]["outputs"]["release"]


def test_what_is_wrong_is_told_in_plain_text_and_no_secret_is_shown_or_recorded(copy: Copy, bench: Bench) -> None:
    bench.chat.files["/b.js"] = "".join(f"'{value}'" for value in SECRETS.values())
    (application,) = copy.simulator.state.applications.values()
    copy.simulator.world.swarm.memory_used[application["appName"]] = int(1.5 * GIB)
    _fill_the_disk(copy)
    ended = run(copy, bench)
    assert ended.returncode == 1
    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.stdout.startswith(f"Verification of https://{HOST}")
    assert ended.stdout.rstrip().endswith("Verification failed.")
    assert "75 % (1536Mi of 2048Mi)" in ended.stdout
    assert "disk: a larger disk or tier, or fewer copies" in ended.stdout
    for name in SECRETS:
        assert name in ended.stdout

    record = recorded(copy)
    failed = {id for id, outcome in record.checks.items() if outcome == "failed"}
    assert (record.result, failed) == ("failed", {"memory", "disk", "secrets"})
    kept = evidence_file(copy.checkout.folder, {}).read_text()
    for secret in (*SECRETS.values(), copy.simulator.api_key):
        assert secret not in ended.stdout + ended.stderr + kept


def _fill_the_disk(copy: Copy) -> None:
    """The storage check's next run fails, as above its threshold of 85 %."""
    state = copy.simulator.state
    schedule = next(row for row in state.schedules.values() if row["name"] == "storage")
    schedule["command"] = "exit 1"
    copy.simulator.skip(3600)
    run = max((row for row in state.deployments.values() if row["scheduleId"] == schedule["scheduleId"]), key=_created)
    state.logs[run["deploymentId"]] += "storage check failed: the disk of /app/data is 91 % full\n"


def _created(row: dict[str, Any]) -> str:
    return str(row["createdAt"])


def test_a_site_that_nobody_reaches_ends_with_3(copy: Copy) -> None:
    ended = copy.ops("verify", STACK, "--address", "127.0.0.1:9", DOKPLOY_API_KEY="")
    assert ended.returncode == 3
    assert "Nothing could be measured." in ended.stdout
    assert "Traceback" not in ended.stderr
    assert set(recorded(copy).checks.values()) == {"not measured"}


def test_a_state_that_cannot_be_decrypted_is_one_line_and_ends_with_3(copy: Copy) -> None:
    ended = copy.ops("verify", STACK, PULUMI_CONFIG_PASSPHRASE="wrong")
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1].startswith(f"error: stack {STACK} cannot be read: ")
    assert "Traceback" not in ended.stderr
