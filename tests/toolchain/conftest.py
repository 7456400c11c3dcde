"""A Pulumi project in a folder of its own, run by the engine that set-up made available."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ops import docker_engine
from ops.errors import OpsError
from toolchain import locate

RUNTIME = f"runtime: {{name: python, options: {{toolchain: pip, virtualenv: {sys.prefix}}}}}\n"


@dataclass(frozen=True, kw_only=True)
class Project:
    """A Pulumi project: its folder, and the environment that keeps the engine away from the user's own."""

    folder: Path
    environment: dict[str, str]

    def write(self, name: str, text: str) -> Path:
        """Write a file of the project, dedented."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def pulumi(self, *arguments: str, code: int = 0) -> str:
        """Run pulumi to its end and return both its outputs; any other exit code fails the test."""
        answer = self.start(*arguments)
        output, _ = answer.communicate(timeout=120)
        assert answer.returncode == code, output
        return output

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start pulumi without waiting for it."""
        return subprocess.Popen(
            [locate(), "--non-interactive", "--color", "never", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )


def press_ctrl_c(run: subprocess.Popen[str]) -> None:
    """Interrupt as a terminal does: every process of the group gets the signal."""
    os.killpg(run.pid, signal.SIGINT)


def wait_for_pid(file: Path) -> int:
    """Wait until a process has written its id."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if file.exists() and file.read_text():
            return int(file.read_text())
        time.sleep(0.05)
    raise AssertionError(f"no process wrote {file.name}")


def wait_for_end(pid: int) -> None:
    """Wait until a process is gone."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} still runs")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with a stack and a program that exports one number."""
    state = tmp_path / "state"
    state.mkdir()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("PULUMI_")}
    project = Project(
        folder=tmp_path / "project",
        environment={
            **inherited,
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_DISABLE_REGISTRY_RESOLVE": "true",
        },
    )
    project.write("Pulumi.yaml", f"name: small\n{RUNTIME}")
    project.write("__main__.py", "import pulumi\n\npulumi.export('answer', pulumi.Config().get_int('answer') or 42)\n")
    project.pulumi("stack", "init", "dev")
    return project


@pytest.fixture(scope="session")
def docker_host() -> Iterator[str]:
    """The address of a Docker engine; one that was started for the tests ends with them."""
    try:
        host = docker_engine.find_or_start()
    except OpsError as error:
        pytest.skip(f"NO DOCKER ENGINE, so nothing here was tested: {error}")
    yield host.url
    if host.started:
        docker_engine.stop()
