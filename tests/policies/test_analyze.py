"""The pack before the real engine's `policy analyze`, which judges what is deployed already.

It needs no provider, so that it also shows the rules about what the program does not make.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pulumi.automation import CommandError
from sop.registry import RULES
from sop.views.fields import WITHHELD

from ops.engine import Engine
from ops.workspace import private_workspace
from tests.policies import stacks
from tests.policies.breaks import BREAKS, Break
from tests.policies.court import Given, broken
from tests.policies.stage import ROOT
from tests.policies.state import state_of
from tests.policies.test_engine import BY_ITSELF, CASES
from toolchain import locate

pytestmark = pytest.mark.engine

SHOWN_BY_PREVIEWS = {rule for changes in CASES.values() for _, rules in changes for rule in rules} | BY_ITSELF
OTHERS = list({case.rule: case for case in BREAKS if case.rule not in SHOWN_BY_PREVIEWS}.values())
STACKS = {"dokploy": (stacks.dokploy, "production"), "docker": (stacks.docker, "local")}


class Analysis:
    """Runs the command on states that are written to a folder of its own."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine = engine
        self._folder = folder

    def __call__(self, name: str, resources: list[Given], stack: str) -> list[str]:
        """The mandatory rules that are named."""
        file = self._folder / f"{name}.json"
        file.write_text(json.dumps(state_of(resources, stack)))
        command = ["policy", "analyze", "--policy-pack", "policies", "--file", str(file), "--json"]
        try:
            said = self._engine.run(command, cwd=str(self._folder), additional_env={}).stdout
        except CommandError as error:
            said = str(error)
        return sorted({rule.id for rule in RULES if f'"{rule.id}"' in _events(said)})


def _events(said: str) -> str:
    return "\n".join(line for line in said.splitlines() if '"policyEvent"' in line)


@pytest.fixture(scope="module")
def analysis() -> Iterator[Analysis]:
    with private_workspace(ROOT) as workspace:
        yield Analysis(Engine(locate(), workspace.environment(os.environ)), workspace.project)


@pytest.fixture(scope="module")
def found(analysis: Analysis) -> dict[str, list[str]]:
    def judged(case: Break) -> list[str]:
        make, stack = STACKS[case.platform]
        return analysis(case.rule, broken(make(), case.name, case.path, case.value), stack)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip((case.rule for case in OTHERS), pool.map(judged, OTHERS), strict=True))


@pytest.mark.parametrize("case", OTHERS, ids=str)
def test_a_deployed_stack_that_breaks_a_rule_is_found(found: dict[str, list[str]], case: Break) -> None:
    assert found[case.rule] == [case.rule]


def test_an_image_that_is_unknown_and_made_by_nothing_is_found(analysis: Analysis) -> None:
    resources = broken(stacks.docker(), "container", ["image"], WITHHELD)
    alone = [one for one in resources if not one.type.endswith("Image")]
    assert analysis("image", alone, "local") == ["container-image-known"]


@pytest.mark.parametrize("platform", STACKS)
def test_a_deployed_stack_that_complies_passes(analysis: Analysis, platform: str) -> None:
    make, stack = STACKS[platform]
    assert analysis(f"compliant-{platform}", make(), stack) == []


def test_the_engine_shows_every_rule() -> None:
    assert {rule.id for rule in RULES} == SHOWN_BY_PREVIEWS | {case.rule for case in OTHERS}
