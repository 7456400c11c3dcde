"""Every command of docs/runbook.md is run, in the order of the page, on a stack that was deployed by the engine."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from dokploy.simulator import Simulator, sources
from tests.engine.workspace import CHECKOUT
from tests.ops.deployed import Copy, deployed
from toolchain import locate

TEXT = (CHECKOUT / "docs" / "runbook.md").read_text()
BLOCKS = re.findall(r"^```console\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for block in BLOCKS for line in block.splitlines()]

FOUND_WRONG = (0, 1)
"""The site of the Dokploy in memory has no certificate, which `verify` finds."""
NOT_PROVED = (3,)
"""What a drill ends with on a Dokploy in memory, which runs no script."""


def codes(command: str) -> tuple[int, ...]:
    if "ops drill" in command:
        return NOT_PROVED
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
    """A stack whose builds a registry keeps, each of another commit, so that there is a way back."""
    numbers, fetch = iter(range(1, 100)), sources.fetch

    def another_commit(row: Any, app: Any, outcome: Any) -> Any:
        patch.setattr(sources, "COMMIT", f"{next(numbers):040x}")
        return fetch(row, app, outcome)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dokploy.simulator.deployments.fetch", another_commit)
        folder = tmp_path_factory.mktemp("runbook") / "checkout"
        with deployed(folder, prepare=_know_a_registry, rollback={"registryName": "company"}) as made:
            yield made


def _know_a_registry(simulator: Simulator) -> None:
    given = {"registryId": "kept", "registryName": "company", "organizationId": simulator.organization_id}
    login = {"registryUrl": "registry.company.co", "imagePrefix": "chat", "password": "x", "username": "y"}
    simulator.state.registries["kept"] = {**given, **login}


@pytest.mark.engine
def test_every_command_of_the_page_works(copy: Copy) -> None:
    seen: set[str] = set()
    for command, next in pairwise([*COMMANDS, ""]):
        # What a command only reads is read once, and several settings are brought by one update.
        is_update = command.startswith("make up")
        if (command in seen and not is_update) or (is_update and next.startswith("pulumi config set")):
            continue
        seen.add(command)
        ended = _run(copy, command)
        assert ended.returncode in codes(command), f"{command}\n{ended.stdout}\n{ended.stderr}"
        assert "Traceback" not in ended.stdout + ended.stderr, command
    assert any(command.startswith("make up") for command in seen)


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
