"""`python -m ops report` with the real engine, on a stack that is deployed to a Dokploy in memory."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.workspace import CHECKOUT
from tests.ops.checkout import SECRETS
from tests.ops.deployed import STACK, Copy, deployed

pytestmark = pytest.mark.engine

ADVISED = set(json.loads((CHECKOUT / "policies/levels/staging.json").read_text()))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    with deployed(tmp_path_factory.mktemp("report") / "copy") as made:
        (made.checkout.folder / "policies").unlink()  # a test changes them
        shutil.copytree(CHECKOUT / "policies", made.checkout.folder / "policies")
        yield made


def changed(copy: Copy, change: Callable[[dict[str, Any]], object]) -> Path:
    """The stack's own file with one change, beside it."""
    content = yaml.safe_load((copy.checkout.folder / f"Pulumi.{STACK}.yaml").read_text())
    change(content["config"])
    path = copy.checkout.folder / "changed.yaml"
    path.write_text(json.dumps(content))
    return path


def report(
    copy: Copy, *arguments: str, change: Callable[[dict[str, Any]], object] = lambda config: None
) -> tuple[int, dict[str, Any], Path]:
    """The exit code, the JSON and the folder of one run. Whatever it finds, it changes nothing and leaks nothing."""
    file, out = changed(copy, change), copy.checkout.folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    before, calls = copy.files, len(copy.simulator.calls)
    ended = copy.ops("report", STACK, "--json", "--out", str(out), "--config-file", str(file), *arguments)
    assert copy.files == before
    assert {call.method for call in copy.simulator.calls[calls:]} <= {"GET"}
    written = "".join(path.read_text() for path in out.iterdir())
    for secret in (*SECRETS.values(), copy.simulator.api_key):
        assert secret not in written + ended.stdout + ended.stderr
    return ended.returncode, json.loads(ended.stdout), out


def test_a_clean_change_is_mergeable_with_its_cost_its_downtime_and_the_drift(copy: Copy) -> None:
    application = next(iter(copy.simulator.state.applications.values()))
    kept, application["memoryLimit"] = application["memoryLimit"], str(1024**3)
    try:
        code, document, out = report(
            copy, "--refresh", change=lambda config: config.update({"chatzwa:tier": "high-traffic"})
        )
    finally:
        application["memoryLimit"] = kept

    stack = document["stacks"][0]
    assert (code, stack["outcome"]) == (0, "mergeable")
    assert set(stack["advising"]) <= ADVISED
    assert "change-failure-notified" in stack["advising"]
    updated = {change["name"]: change for change in stack["changes"]}
    assert updated["chatzwa-application"]["operation"] == "update"
    assert {"path": "cpuLimit", "before": "1000m", "after": "2000m"} in updated["chatzwa-application"]["paths"]
    assert (stack["before"]["memory"], stack["after"]["storage"]) == ("2048Mi", "20Gi")
    assert [each["downtime"] for each in stack["restarts"]] == [True]
    assert [(each["name"], each["paths"]) for each in stack["drift"]] == [
        ("chatzwa-application", [{"path": "memoryLimit", "before": "2048Mi", "after": "1024Mi"}])
    ]
    assert "| before | standard | 2048Mi | 1000m | 10Gi |" in (out / "report.md").read_text()


def test_a_forbidden_change_is_blocked_by_the_pack_that_is_named_even_where_it_weakens_its_own(copy: Copy) -> None:
    level = copy.checkout.folder / "policies/levels/staging.json"
    kept = level.read_text()

    def moving_image(config: dict[str, Any]) -> None:
        config["chatzwa:app"]["source"] = {"image": "registry.company.co/chatzwa:latest"}
        del config["chatzwa:app"]["build"]

    level.write_text(json.dumps({"all": "disabled"}))
    try:
        code, document, out = report(copy, "--policies", str(CHECKOUT / "policies"), change=moving_image)
    finally:
        level.write_text(kept)

    assert (code, document["outcome"]) == (1, "blocked")
    assert document["stacks"][0]["blocking"] == ["container-image-pinned"]
    text = (out / "report.md").read_text()
    assert "⛔ This change is blocked by policies" in text
    assert "name a tag other than latest" in text
    assert document["stacks"][0]["drift"] is None


def test_a_failed_preview_still_gets_its_report_with_the_reason(copy: Copy) -> None:
    small = {"memory": "1024Mi", "cpu": "1000m", "storage": "10Gi", "reason": "cheap"}

    code, document, out = report(copy, change=lambda config: config.update({"chatzwa:tier": small}))

    assert (code, document["outcome"]) == (3, "failed")
    assert "memory 1024Mi is below the SOP's minimum of 2048Mi" in document["stacks"][0]["failures"][0]
    assert "❌ This change cannot be judged: a preview failed" in (out / "report.md").read_text()


def test_a_stack_of_three_hundred_resources_is_judged_whole_in_a_comment_that_fits(copy: Copy) -> None:
    def many(config: dict[str, Any]) -> None:
        config["chatzwa:volumes"] += [{"name": f"more-{n}", "mountPath": f"/app/more/{n}"} for n in range(300)]

    code, document, out = report(copy, change=many)

    assert code == 0
    assert sum(change["operation"] == "create" for change in document["stacks"][0]["changes"]) == 300
    assert "| `staging` | ✅ mergeable" in (out / "report.md").read_text()
    assert (out / "report.md").stat().st_size <= 65_536


def test_a_fork_without_server_and_secrets_is_judged_on_a_dokploy_in_memory(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "tmp").mkdir()
    fork = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "DOKPLOY_", "GITHUB_"))}
    folders = {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}

    ended = subprocess.run(
        [sys.executable, "-m", "ops", "report", STACK, "--rehearse", "--out", str(tmp_path / "out")],
        cwd=CHECKOUT,
        env={**fork, **folders, "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "staging: mergeable" in ended.stdout
    assert "::warning file=Pulumi.staging.yaml,line=" in ended.stdout
    assert "A rehearsal" in (tmp_path / "out/report.md").read_text()
    assert "This change may be merged" in (tmp_path / "summary.md").read_text()
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_stack_that_does_not_exist_is_a_usage_error(copy: Copy) -> None:
    ended = copy.ops("report", "nowhere")

    assert (ended.returncode, ended.stdout) == (2, "")
    assert "error: there is no stack nowhere" in ended.stderr


def test_a_stack_that_was_never_deployed_is_told_in_one_line(copy: Copy) -> None:
    file = copy.checkout.folder / "Pulumi.another.yaml"
    file.write_text("config: {}\n")
    try:
        ended = copy.ops("report", "another")
    finally:
        file.unlink()

    assert ended.returncode == 3
    assert "  | stack another cannot be read: no stack named 'another' found\n" in ended.stdout
    assert "stderr" not in ended.stdout
