"""`python -m ops report` of a stack on a Docker engine, built from a folder beside the project, with stand-ins."""

from __future__ import annotations

from datetime import date

import pytest

from ops.progress import Progress
from ops.verdict.catalogue import read_catalogue
from ops.verdict.previews import Options, previewed
from tests.docker.stack import Stack
from toolchain import locate

pytestmark = pytest.mark.docker


def test_what_was_just_deployed_has_no_changes(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = stack.folder.with_name(f"{stack.folder.name}-app")
    (stack.folder / "app").rename(beside)
    stack.config["app"]["source"]["context"]["path"] = f"../{beside.name}"
    stack.config["docker"]["standIns"] = True
    stack.config.pop("secrets", None)
    stack.up().well()
    for name, value in {
        "PULUMI_HOME": str(stack.folder / "home"),
        "PULUMI_BACKEND_URL": f"file://{stack.folder / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "a test",
        "DOCKER_HOST": stack.engine.address,
    }.items():
        monkeypatch.setenv(name, value)
    options, day = Options(root=stack.folder, stacks=(stack.name,)), date.today()

    found = previewed(options, stack.name, locate(), Progress(), read_catalogue(options.pack, day), day)

    assert (found.failures, found.changes) == ((), ())
    stack.pulumi("destroy", "--yes", "--skip-preview").well()
