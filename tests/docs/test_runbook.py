"""Every command of docs/runbook.md is run, in the order of the page, on a stack that was deployed by the engine."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from dokploy.simulator import Simulator
from tests.engine.workspace import CHECKOUT
from tests.ops.deployed import STACK, Copy, deployed
from toolchain import locate

TEXT = (CHECKOUT / "docs" / "runbook.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]

FOUND_WRONG = (0, 1)
"""The site of the Dokploy in memory has no certificate, which `verify` finds."""


def codes(command: str) -> tuple[int, ...]:
    return FOUND_WRONG if "ops verify" in command else (0,)


def test_the_page_has_a_command_for_each_section_of_the_procedure() -> None:
    assert all(line.startswith("$ ") for block in BLOCKS for line in block.splitlines())
    sections = re.split(r"^### ", TEXT, flags=re.MULTILINE)[1:]
    without = [section.splitlines()[0] for section in sections if "```console" not in section]
    assert without == ["1. Immediate response"]
    assert len(sections) == 6


def test_the_messages_that_the_page_explains_are_those_of_the_provider() -> None:
    code = "".join(path.read_text() for path in (CHECKOUT / "dokploy").rglob("*.py") if "simulator" not in path.parts)
    table = TEXT.partition("| it says |")[2].partition("\n\n")[0]
    first = [row.split("|")[1] for row in table.splitlines()[2:]]
    messages = [message for cell in first for message in re.findall(r"`([^`]+)`", cell)]
    assert len(messages) > 8
    assert [message for message in messages if message not in code] == []


def test_the_links_of_the_page_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", TEXT)) <= anchors


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A stack whose builds Dokploy keeps, so that there is a way back."""
    with deployed(tmp_path_factory.mktemp("runbook") / "checkout") as made, pytest.MonkeyPatch.context() as patch:
        queue = type(made.simulator.world.queue)
        registry = {"registryUrl": "registry.company.co", "imagePrefix": "chat", "password": "x", "username": "y"}
        made.simulator.state.registries["kept"] = {"registryId": "kept", **registry}
        begin, numbers = queue._prune, iter(range(1, 100))

        def begin_to_build_another_commit(self: Any, application_id: str) -> None:
            _keep_builds(made.simulator)
            patch.setattr("dokploy.simulator.sources.COMMIT", f"{next(numbers):040x}")
            begin(self, application_id)

        patch.setattr(queue, "_prune", begin_to_build_another_commit)
        yield made


def _keep_builds(simulator: Simulator) -> None:
    """The program has no setting for it, and every update of the application takes it away."""
    for row in simulator.state.applications.values():
        row.update(rollbackActive=True, rollbackRegistryId="kept")


@pytest.mark.engine
def test_every_command_of_the_page_works(copy: Copy) -> None:
    seen: set[str] = set()
    for command in COMMANDS:
        # What a command only reads is read once.
        if command in seen and not command.startswith("make up"):
            continue
        seen.add(command)
        _keep_builds(copy.simulator)
        ended = _run(copy, command)
        assert ended.returncode in codes(command), f"{command}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stdout + ended.stderr, command
    assert "rolled back" not in copy.ops("rollback", STACK).stderr


def _run(copy: Copy, command: str) -> subprocess.CompletedProcess[str]:
    """What the command does in a shell of this copy. `make` would set the copy up anew; it runs `pulumi` then."""
    inner = re.fullmatch(r'eval "\$\((.+)\)"', command)
    words = shlex.split(inner[1] if inner else command)
    if words[:3] == [".venv/bin/python", "-m", "ops"]:
        return copy.ops(*words[3:])
    given = None
    if words[0] == "make":
        target, named = words[1], dict(word.split("=", 1) for word in words[2:])
        assert re.search(rf"^{target}: setup ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE), command
        words = ["pulumi", target, "--stack", named["STACK"], *shlex.split(named.get("ARGS", ""))]
        words += ["--yes", "--skip-preview"] if target == "up" else []
    assert words[0] == "pulumi", command
    if "--secret" in words:
        given = "zai-of-the-runbook-4711\n"
    return subprocess.run(
        [str(locate()), *words[1:], "--non-interactive"],
        cwd=copy.checkout.folder,
        env=copy.checkout.workspace.environment,
        input=given or "",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
