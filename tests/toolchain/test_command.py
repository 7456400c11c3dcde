"""`python -m toolchain` in a checkout of its own, as `make setup` calls it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import toolchain
from tests.toolchain.test_path import program, pulumi
from toolchain.modules import CLI

GO = """
if [ "$1" = env ]; then exit 0; fi
while [ "$1" != -o ]; do shift; done
for name in pulumi pulumi-language-python; do printf '#!/bin/sh\\n' > "$2/$name"; chmod +x "$2/$name"; done
"""


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """A copy of the package, and a machine that has no Pulumi, no Go and reaches no release."""

    folder: Path
    path: Path
    environment: dict[str, str]

    def setup(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "toolchain", *arguments],
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    shutil.copytree(Path(toolchain.__file__).parent, tmp_path / "checkout" / "toolchain")
    with socket.create_server(("127.0.0.1", 0)) as server:
        closed = server.getsockname()[1]
    (tmp_path / "bin").mkdir()
    return Checkout(
        folder=tmp_path / "checkout",
        path=tmp_path / "bin",
        environment={
            "PATH": str(tmp_path / "bin"),
            "HOME": str(tmp_path),
            "CHATZWA_CACHE": str(tmp_path / "cache"),
            "https_proxy": f"http://127.0.0.1:{closed}",
        },
    )


def test_pulumi_on_path_is_made_ready_in_one_line(checkout: Checkout) -> None:
    pulumi(checkout.path, "v3.250.0")
    answer = checkout.setup()
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == f"Pulumi 3.250.0 is ready, from PATH: {checkout.path / 'pulumi'}\n"
    assert (checkout.folder / ".tools" / "bin" / "pulumi").resolve() == checkout.path / "pulumi"


def test_with_nothing_at_all_one_line_says_what_to_install(checkout: Checkout) -> None:
    answer = checkout.setup()
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    for part in ("no pulumi on PATH", "release cannot be reached", "no go on PATH", "Install Pulumi 3.230.0 or later"):
        assert part in answer.stderr
    assert not (checkout.folder / ".tools" / "pulumi.json").exists()


def test_go_builds_it_where_nothing_else_is_there_and_a_second_run_says_one_line(checkout: Checkout) -> None:
    program(checkout.path, "go", GO)
    first = checkout.setup(PATH=f"{checkout.path}:/usr/bin:/bin")
    assert first.returncode == 0, first.stderr
    assert f"building pulumi and pulumi-language-python {CLI.version}" in first.stdout
    second = checkout.setup()  # without Go, as a second checkout on the same machine
    assert second.stdout.startswith(f"Pulumi {CLI.version} is ready, built from Go modules: ")
    assert second.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("way", "reason"),
    [
        ("path", "there is no pulumi on PATH"),
        ("release", "the official release cannot be reached"),
        ("source", "there is no go on PATH"),
    ],
)
def test_a_forced_way_is_the_only_one_tried(checkout: Checkout, way: str, reason: str) -> None:
    if way != "path":
        pulumi(checkout.path)
    answer = checkout.setup(TOOLCHAIN=way)
    assert answer.returncode == 1
    assert answer.stderr.startswith(reason)
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize(("arguments", "way"), [((), "download"), (("--now",), "")])
def test_wrong_usage_is_exit_code_2(checkout: Checkout, arguments: tuple[str, ...], way: str) -> None:
    answer = checkout.setup(*arguments, TOOLCHAIN=way)
    assert answer.returncode == 2
    assert (way or arguments[0]) in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_pulumi_that_set_up_made_is_not_taken_for_the_one_of_the_machine(checkout: Checkout) -> None:
    program(checkout.path, "go", GO)
    checkout.setup(PATH=f"{checkout.path}:/usr/bin:/bin")
    ours = checkout.folder / ".tools" / "bin"
    again = checkout.setup(PATH=os.pathsep.join([str(ours), str(checkout.path)]))
    assert "built from Go modules" in again.stdout
