"""`python -m ops rehearse`, run as people run it: every promise of the rehearsal, held with the real engine."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.engine

ROOT = Path(__file__).resolve().parents[2]
# Of just this length: the id of a container, which stands in the log of a job that a cron expression starts, has 64.
GENERATED = re.compile(r"(?<![0-9a-f])[0-9a-f]{48}(?![0-9a-f])")
"""What a generated secret looks like. Nothing else that a rehearsal says does."""


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """A machine's folders that a rehearsal must leave as they were."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        user = {key: value for key, value in os.environ.items() if not key.startswith(("PULUMI_", "DOKPLOY_"))}
        return {
            **user,
            "HOME": str(self.folder / "home"),
            "PULUMI_HOME": str(self.folder / "pulumi"),
            "TMPDIR": str(self.folder / "tmp"),
            # Whoever has a server of their own configured must not find it touched.
            "DOKPLOY_URL": "http://127.0.0.1:9",
            "DOKPLOY_API_KEY": "of-the-users-own-server",
            "PULUMI_BACKEND_URL": f"file://{self.folder}/state",
            "PULUMI_CONFIG_PASSPHRASE": "of-the-user",
        }

    @property
    def left(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.parent != self.folder]

    @property
    def processes(self) -> list[str]:
        """The processes that still run in one of the folders."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "cwd").readlink().is_relative_to(self.folder):
                    found.append((process / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue  # it has ended meanwhile
        return found


def surroundings(folder: Path) -> Surroundings:
    for name in ("home", "pulumi", "tmp", "state"):
        (folder / name).mkdir()
    return Surroundings(folder=folder)


@pytest.fixture
def around(tmp_path: Path) -> Surroundings:
    return surroundings(tmp_path)


def rehearse(around: Surroundings, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ops", "rehearse", *arguments]
    return subprocess.run(
        command, cwd=around.folder, env=around.environment, capture_output=True, text=True, timeout=300
    )


@contextmanager
def command_lines() -> Iterator[set[str]]:
    """Every command line that is seen on this machine while the block runs."""
    seen: set[str] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.05):
            lines = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
            seen.update(lines.splitlines())

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


@dataclass(frozen=True, kw_only=True)
class Run:
    around: Surroundings
    code: int
    document: dict[str, Any]
    stdout: str
    stderr: str
    command_lines: set[str]
    stack_files_changed: bool


def stack_files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in ROOT.glob("Pulumi*.yaml")}


@pytest.fixture(scope="module")
def passed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    around = surroundings(tmp_path_factory.mktemp("rehearsal"))
    before = stack_files()
    with command_lines() as seen:
        ended = rehearse(around, "staging", "--json")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return Run(
        around=around,
        code=ended.returncode,
        document=json.loads(ended.stdout),
        stdout=ended.stdout,
        stderr=ended.stderr,
        command_lines=seen,
        stack_files_changed=stack_files() != before,
    )


def test_a_good_stack_passes_and_says_so_in_one_json_object(passed: Run) -> None:
    assert passed.code == 0
    assert passed.document["result"] == "passed"
    assert passed.document["stack"] == "staging"
    assert passed.document["failures"] == []


def test_the_policies_have_judged_it_at_its_own_level(passed: Run) -> None:
    violations = passed.document["violations"]
    assert {violation["level"] for violation in violations} == {"advisory"}
    assert len({(violation["policy"], violation["urn"]) for violation in violations}) == len(violations)
    advised = json.loads((ROOT / "policies" / "levels" / "staging.json").read_text())
    assert {violation["policy"] for violation in violations} <= set(advised)


def test_the_second_up_and_the_refresh_change_nothing(passed: Run) -> None:
    assert passed.document["second_up_changes"] == 0
    assert passed.document["refresh_changes"] == 0


def test_the_resources_are_those_of_the_deployment(passed: Run) -> None:
    types = {resource["type"] for resource in passed.document["resources"]}
    kinds = ("Project", "Environment", "Application", "Mount", "Domain", "Schedule", "Deployment")

    assert {f"dokploy:index:{kind}" for kind in kinds} <= types
    assert all(resource["urn"].endswith(f"::{resource['name']}") for resource in passed.document["resources"])


def test_the_reserved_host_makes_way_for_one_of_its_own_and_this_is_said(passed: Run) -> None:
    assert passed.document["outputs"]["url"].endswith("//staging.chatzwa.localhost")
    assert [replaced["key"] for replaced in passed.document["replaced_hosts"]] == ["chatzwa:host"]
    assert "chatzwa:host: staging.chatzwa.localhost takes the place of the reserved" in passed.stderr


def test_every_call_to_dokploy_is_listed_and_went_well(passed: Run) -> None:
    calls = passed.document["calls"]

    assert {"method": "POST", "path": "/api/project.create", "status": 200} in calls
    assert {"method": "POST", "path": "/api/project.remove", "status": 200} in calls
    assert {call["status"] for call in calls} == {200}


def test_each_step_has_its_time(passed: Run) -> None:
    assert list(passed.document["seconds"]) == ["up", "second_up", "refresh", "destroy"]
    assert all(0 < seconds < 120 for seconds in passed.document["seconds"].values())


def test_progress_goes_to_stderr_in_plain_lines_without_a_terminal(passed: Run) -> None:
    assert "up again: must change nothing" in passed.stderr
    assert "\x1b" not in passed.stderr + passed.stdout


def test_no_secret_is_in_what_it_says_or_on_any_command_line(passed: Run) -> None:
    assert not GENERATED.findall(passed.stdout)
    assert not GENERATED.findall(passed.stderr)
    assert any("pulumi" in line for line in passed.command_lines), "the watch saw nothing of the engine"
    assert not [line for line in passed.command_lines if GENERATED.search(line)]


def test_the_users_homes_state_and_temporary_files_are_untouched(passed: Run) -> None:
    assert passed.around.left == []
    assert passed.around.processes == []
    assert not passed.stack_files_changed


def test_a_release_that_crashes_fails_with_its_log_and_leaves_nothing(around: Surroundings) -> None:
    ended = rehearse(around, "staging", "--json", "--release", "crash")

    document = json.loads(ended.stdout)
    assert ended.returncode == 1
    assert document["result"] == "failed"
    assert document["failures"] == ["up: the engine failed; its last lines say why"]
    assert any("does not stay up" in line for line in document["engine_lines"])
    assert document["second_up_changes"] is None
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not GENERATED.findall(ended.stdout + ended.stderr)
    assert around.left == []


def test_a_stack_below_the_minimum_fails_with_the_key_and_the_limit(around: Surroundings) -> None:
    content = yaml.safe_load((ROOT / "Pulumi.staging.yaml").read_text())
    small = {"memory": "1024Mi", "cpu": "1000m", "storage": "10Gi", "reason": "a test"}
    content["config"]["chatzwa:tier"] = small
    (around.folder / "small.yaml").write_text(yaml.safe_dump(content))

    ended = rehearse(around, "staging", "--config-file", "small.yaml")

    assert ended.returncode == 1
    assert "1024Mi is below the SOP's minimum of 2048Mi" in ended.stdout
    assert "Rehearsal of staging failed." in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_an_unknown_stack_is_wrong_usage_and_one_line(around: Surroundings) -> None:
    ended = rehearse(around, "qa")

    assert ended.returncode == 2
    assert re.fullmatch(r"error: there is no stack qa; .* has local, production, staging\n", ended.stderr)


def test_an_interrupt_ends_every_process_and_removes_every_folder(around: Surroundings) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "ops", "rehearse", "staging"],
        cwd=around.folder,
        env=around.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whatever runs the tests in the background has it ignored, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith("up: create"):
            break
    time.sleep(1)

    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)

    assert process.returncode == 130, stderr
    assert stderr.splitlines()[-1] == "interrupted; nothing is left"
    assert "Traceback" not in stdout + stderr
    assert around.left == []
    assert around.processes == []


def test_what_is_kept_can_be_looked_at(around: Surroundings) -> None:
    ended = rehearse(around, "staging", "--json", "--keep")

    document = json.loads(ended.stdout)
    assert ended.returncode == 0
    assert "destroy" not in document["seconds"]
    kept = Path(document["kept"])
    look = f'. "{kept}/env" && cd "{kept}/project" && pulumi stack --show-urns'
    stack = subprocess.run(["sh", "-c", look], env=around.environment, capture_output=True, text=True)
    assert stack.returncode == 0, stack.stderr
    assert "dokploy:index:Application" in stack.stdout
    tables = (kept / "simulator.json").read_text()
    assert "chatzwa-staging" in json.dumps(json.loads(tables)["projects"])
    assert not GENERATED.findall(tables)
