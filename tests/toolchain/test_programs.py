"""Programs under the real engine and the language host that set-up made available."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.components.stacks import ROOT
from tests.toolchain.conftest import Project, press_ctrl_c, wait_for_end, wait_for_pid

pytestmark = pytest.mark.engine


def test_a_program_previews_and_goes_up_with_its_output(project: Project) -> None:
    assert "answer: 42" in project.pulumi("preview")
    project.pulumi("up", "--yes")
    assert json.loads(project.pulumi("stack", "output", "--json")) == {"answer": 42}
    project.pulumi("up", "--yes", "--expect-no-changes")
    project.pulumi("destroy", "--yes")


def test_a_program_gets_its_configuration_and_keeps_its_secrets(project: Project) -> None:
    project.write(
        "__main__.py",
        """
        import pulumi
        config = pulumi.Config()
        pulumi.export("count", config.require_int("count"))
        pulumi.export("key", config.require_secret("key"))
        pulumi.export("names", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
        """,
    )
    project.pulumi("config", "set", "count", "3")
    project.pulumi("config", "set", "--secret", "key", "canary-4711")
    output = project.pulumi("up", "--yes")
    assert "[secret]" in output
    assert "canary-4711" not in output
    shown = json.loads(project.pulumi("stack", "output", "--json", "--show-secrets"))
    assert shown == {"count": 3, "key": "canary-4711", "names": ["small", "dev", "organization"]}


def test_a_program_can_tell_its_secret_configuration_from_the_rest(project: Project) -> None:
    project.write(
        "__main__.py",
        """
        import pulumi
        from pulumi.runtime.config import is_config_secret
        pulumi.export("secret", [name for name in ("key", "count") if is_config_secret(f"small:{name}")])
        """,
    )
    project.pulumi("config", "set", "--secret", "key", "canary-4711")
    project.pulumi("config", "set", "count", "3")
    project.pulumi("up", "--yes", "--skip-preview")
    assert json.loads(project.pulumi("stack", "output", "--json")) == {"secret": ["key"]}


def test_a_program_imports_modules_that_lie_beside_it_and_not_ones_that_hide_standard_ones(
    project: Project,
) -> None:
    project.write("beside.py", "VALUE = 'from beside'\n")
    project.write("asyncio.py", "raise SystemExit('the standard module was hidden')\n")
    project.write("__main__.py", "import pulumi, beside\npulumi.export('value', beside.VALUE)\n")
    assert "from beside" in project.pulumi("preview")


def test_an_error_shows_the_frames_of_the_program_only(project: Project) -> None:
    project.write("helper.py", "def fail(_):\n    raise ValueError('out of reach')\n")
    project.write("__main__.py", "import pulumi, helper\npulumi.Output.from_input(1).apply(helper.fail)\n")
    output = project.pulumi("preview", code=1)
    assert "helper.py" in output
    assert "ValueError: out of reach" in output
    assert "site-packages" not in output
    assert "runpy" not in output
    assert output.count("out of reach") == 2  # the resource's row and the diagnostics


def test_a_run_error_shows_its_message_only(project: Project) -> None:
    project.write("__main__.py", "import pulumi\nraise pulumi.RunError('the tier is unknown')\n")
    output = project.pulumi("preview", code=1)
    assert "error: the tier is unknown" in output
    assert "Traceback" not in output


GIVEN_UP = """
import grpc
import pulumi

class GivenUp(grpc.RpcError):
    def code(self):
        return grpc.StatusCode.CANCELLED

try:
    raise GivenUp()
except grpc.RpcError:
    raise Exception("context canceled")
"""


def test_a_request_that_the_engine_gave_up_is_no_error_of_the_programs(project: Project) -> None:
    if json.loads((ROOT / ".tools/pulumi.json").read_text())["how"] != "source":
        pytest.skip("this is about the language host that is built here")
    project.write("__main__.py", GIVEN_UP)
    output = project.pulumi("preview", code=1)
    assert "context canceled" not in output
    assert "Traceback" not in output


def test_a_program_that_exits_with_a_code_fails(project: Project) -> None:
    project.write("__main__.py", "import sys\nsys.exit(3)\n")
    assert "the program ended with exit status 3" in project.pulumi("preview", code=1)


def test_a_missing_virtualenv_is_named(project: Project) -> None:
    project.write("Pulumi.yaml", "name: small\nruntime: {name: python, options: {virtualenv: nowhere}}\n")
    assert f"{project.folder / 'nowhere'}" in project.pulumi("preview", code=1)


def test_about_and_install_answer(project: Project) -> None:
    about = project.pulumi("about", "--json", "--transitive")
    described = json.loads(about[about.index("{") : about.rindex("}") + 1])
    assert described["runtime"]["language"] == "python"
    assert "pulumi" in {dependency["name"] for dependency in described["dependencies"]}
    project.pulumi("install", "--no-plugins")


def test_ctrl_c_ends_the_program(project: Project, tmp_path: Path) -> None:
    started = _endless(project, tmp_path)
    run = project.start("preview")
    program = wait_for_pid(started)
    press_ctrl_c(run)
    output, _ = run.communicate(timeout=20)
    assert run.returncode != 0, output
    wait_for_end(program)


def test_a_killed_engine_leaves_neither_program_nor_language_host_behind(project: Project, tmp_path: Path) -> None:
    started = _endless(project, tmp_path)
    run = project.start("preview")
    program = wait_for_pid(started)
    run.kill()
    run.communicate(timeout=20)
    wait_for_end(program)
    wait_for_end(int((project.folder / "host").read_text()))


def _endless(project: Project, tmp_path: Path) -> Path:
    started = tmp_path / "pid"
    project.write(
        "__main__.py",
        f"""
        import os, pathlib, time
        pathlib.Path("host").write_text(str(os.getppid()))
        pathlib.Path({str(started)!r}).write_text(str(os.getpid()))
        time.sleep(120)
        """,
    )
    return started
