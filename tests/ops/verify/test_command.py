"""`python -m ops verify` on a stack that was deployed by the real engine."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.ops.checkout import SECRETS
from tests.ops.deployed import STACK, Copy, deployed
from tests.ops.verify.chat import HOST, serving
from tests.ops.verify.conftest import Bench

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("verify") / "checkout") as made:
        yield made


def run(copy: Copy, bench: Bench, *arguments: str) -> subprocess.CompletedProcess[str]:
    assert bench.certificate is not None
    with serving(bench.chat, bench.certificate.pair) as port, serving(bench.chat.plain) as plain:
        ways = ("--address", f"127.0.0.1:{port}", "--http-address", f"127.0.0.1:{plain}")
        ca = ("--ca", str(bench.authority.certificate))
        return copy.ops("verify", STACK, *ways, *ca, *arguments)


def test_a_good_site_passes_and_nothing_is_written(copy: Copy, bench: Bench) -> None:
    before, calls = copy.files, len(copy.simulator.calls)
    ended = run(copy, bench, "--json", "--contract", "strict")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    document = json.loads(ended.stdout)
    assert (document["result"], document["url"]) == ("passed", f"https://{HOST}")
    assert copy.files == before
    assert {call.method for call in copy.simulator.calls[calls:]} == {"GET"}


def test_the_secrets_of_the_stack_are_looked_for_and_never_shown(copy: Copy, bench: Bench) -> None:
    bench.chat.files["/b.js"] = "".join(f"'{value}'" for value in SECRETS.values())
    ended = run(copy, bench)
    assert ended.returncode == 1
    for name, value in SECRETS.items():
        assert f"secrets.{name} in /b.js" in ended.stdout.replace("\n", " ") or name in ended.stdout
        assert value not in ended.stdout + ended.stderr
    assert copy.simulator.api_key not in ended.stdout + ended.stderr


def test_without_a_terminal_the_table_is_plain_text(copy: Copy, bench: Bench) -> None:
    ended = run(copy, bench)
    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.stdout.startswith(f"Verification of https://{HOST}")
    assert ended.stdout.rstrip().endswith("Verified: it serves as it should.")


def test_what_is_contacted_is_said_before(copy: Copy, bench: Bench) -> None:
    said = run(copy, bench).stderr
    assert said.startswith(f"reads stack {STACK}: outputs, configuration and state\n")
    assert f"contacts https://{HOST} at 127.0.0.1:" in said
    assert f"contacts http://{HOST} at 127.0.0.1:" in said
    assert f"reads {copy.simulator.url}: memory and storage" in said


def test_the_disk_is_what_the_storage_check_found(copy: Copy, bench: Bench) -> None:
    copy.simulator.skip(3600)
    assert _check(run(copy, bench, "--json"), "disk")["measured"] == "below the limit (just now)"


def test_a_site_that_nobody_reaches_ends_with_3(copy: Copy) -> None:
    ended = copy.ops("verify", STACK, "--address", "127.0.0.1:9", DOKPLOY_API_KEY="")
    assert ended.returncode == 3
    assert "Nothing could be measured." in ended.stdout
    assert "Traceback" not in ended.stderr


def test_a_state_that_cannot_be_decrypted_is_one_line_and_ends_with_3(copy: Copy) -> None:
    ended = copy.ops("verify", STACK, PULUMI_CONFIG_PASSPHRASE="wrong")
    assert ended.returncode == 3
    assert ended.stderr.splitlines()[-1].startswith(f"error: stack {STACK} cannot be read: ")
    assert "Traceback" not in ended.stderr


def _check(ended: subprocess.CompletedProcess[str], id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = json.loads(ended.stdout)["checks"]
    return next(check for check in found if check["id"] == id)
