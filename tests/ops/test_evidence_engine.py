"""The record of an update that the real engine has made, on a Dokploy in memory."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops.evidence.records import read, to_json
from tests.engine.workspace import CHECKOUT
from tests.ops.checkout import SECRETS
from tests.ops.deployed import STACK, Copy, deployed

pytestmark = pytest.mark.engine

UNDER_POLICIES = (
    "--policy-pack",
    "policies",
    "--policy-pack-config",
    f"policies/levels/{STACK}.json",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("evidence") / "copy") as made:
        (made.checkout.folder / "policies").unlink()  # a test changes them
        shutil.copytree(CHECKOUT / "policies", made.checkout.folder / "policies")
        yield made


def updated(copy: Copy, tmp_path: Path, **config: Any) -> dict[str, Any]:
    """The record that an update of the stack with some changed configuration leaves."""
    file = copy.checkout.folder / f"Pulumi.{STACK}.yaml"
    content = yaml.safe_load(file.read_text())
    content["config"] |= {f"chatzwa:{key}": value for key, value in config.items()}
    changed = tmp_path / "changed.yaml"
    changed.write_text(json.dumps(content))
    evidence = tmp_path / "evidence.jsonl"
    up = copy.checkout.pulumi(*("up", "--yes", "--stack", STACK, "--config-file", str(changed)), *UNDER_POLICIES)
    ended = copy.ops(
        *("evidence", "--record", STACK, "--events", str(up.event_log), "--exit-code", str(up.code)),
        EVIDENCE_FILE=str(evidence),
        GITHUB_ACTOR="a-person",
        GITHUB_SHA="0123456789abcdef",
    )
    assert ended.returncode == 0, ended.stderr
    for secret in (*SECRETS.values(), copy.simulator.api_key):
        assert secret not in evidence.read_text()
    record: dict[str, Any] = to_json(read(evidence))[-1]
    return record


def test_an_update_leaves_who_what_the_policies_and_the_proof(copy: Copy, tmp_path: Path) -> None:
    record = updated(copy, tmp_path, tier="high-traffic")

    assert (record["who"], record["commit"], record["stack"]) == ("a-person", "0123456789abcdef", STACK)
    assert (record["result"], record["proof"]) == ("succeeded", "serves")
    assert record["changes"]["update"] >= 2
    assert (record["policies"]["pack"], record["policies"]["version"]) == ("chatzwa-sop", "0.1.0")
    assert "change-failure-notified" in record["policies"]["advising"]
    assert record["deployment_id"]
    assert record["release"]
    shown = copy.ops("evidence", "--json", EVIDENCE_FILE=str(tmp_path / "evidence.jsonl"))
    assert json.loads(shown.stdout) == [record]


def test_an_update_that_a_rule_stops_leaves_that_too(copy: Copy, tmp_path: Path) -> None:
    app = yaml.safe_load((copy.checkout.folder / f"Pulumi.{STACK}.yaml").read_text())["config"]["chatzwa:app"]
    del app["build"]
    record = updated(copy, tmp_path, app={**app, "source": {"image": "registry.company.co/chatzwa:latest"}})

    assert (record["result"], record["changes"], record["proof"]) == ("failed", {}, "none")
    assert record["policies"]["blocking"] == ["container-image-pinned"]
