"""Secrets reach Dokploy and nothing else: no output, no log of the engine, no state, no list of processes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dokploy.simulator import Fault, Simulator
from dokploy.simulator.settings import Timings
from tests.engine.conftest import NewWorkspace
from tests.engine.example import Program, ref, whole_stack
from tests.engine.outcome import Outcome
from tests.engine.waiting import command_lines, until
from tests.engine.workspace import QUIET, Workspace

pytestmark = pytest.mark.engine

# Every variable is a secret in the state and in differences; in a log, which is nobody's property, only what its name
# or its form says to be one is blanked. So the names here say it.
CANARIES = {
    "variable": "canary-variable-7f3a",
    "changed variable": "canary-changed-$'\"-91bc",
    "project's variable": "canary-project-52d1",
    "environment's variable": "canary-environment-0a6e",
    "build argument": "canary-argument-c4f8",
    "build secret": "canary-build-3be7",
    "registry's password": "canary-registry-e815",
    "content of a file": "token=canary-content-line-one\npassword=canary-content-line-two",
}
BUILD_S = 600


def _program() -> Program:
    program = whole_stack()
    program["chat"]["env"] = {"PROJECT_TOKEN": CANARIES["project's variable"]}
    program["production"]["env"] = {"ENVIRONMENT_TOKEN": CANARIES["environment's variable"]}
    program["web"]["env"]["JWT_SECRET"] = CANARIES["variable"]
    program["web"]["build_args"] = {"NPM_TOKEN": CANARIES["build argument"]}
    program["web"]["build_secrets"] = {"BUILD_SECRET": CANARIES["build secret"]}
    program["web"]["image"] = {
        "reference": "registry.example.com/web:v1",
        "registry_url": "registry.example.com",
        "username": "puller",
        "password": CANARIES["registry's password"],
    }
    program.declare("config", "Mount", application_id=ref("web"), type="file", mount_path="/etc/app.conf")
    program["config"].update(file_path="app.conf", content=CANARIES["content of a file"])
    program.resources["web-release"].options["depends_on"].append("config")
    # The deployment is declared last, after what it depends on.
    program.resources["web-release"] = program.resources.pop("web-release")
    program.outputs = {
        "env": ref("web", "env"),
        "image": ref("web", "image"),
        "content": ref("config", "content"),
        "shared": ref("production", "env"),
    }
    return program


@dataclass(frozen=True, kw_only=True)
class Traces:
    """Everything that the runs left behind."""

    outcomes: list[Outcome]
    refused: Outcome
    failed: Outcome
    outputs: str
    files: dict[str, str]
    processes: str
    api_key: str
    at_dokploy: str


@pytest.fixture(scope="module")
def traces(new_workspace: NewWorkspace) -> Iterator[Traces]:
    with Simulator(timings=Timings(build_s=BUILD_S)) as simulator:
        workspace = new_workspace(simulator)
        seen: set[str] = set()
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                seen.add(command_lines())

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield _traces(workspace, simulator, seen)
        finally:
            done.set()
            watcher.join()


def _traces(workspace: Workspace, simulator: Simulator, seen: set[str]) -> Traces:
    def deployed(log_line: str | None = None) -> Outcome:
        with workspace.start("up", *QUIET) as run:
            until(lambda: _running(simulator))
            if log_line is not None:
                simulator.state.logs[_running(simulator)[0]] += log_line
            simulator.skip(BUILD_S)
            return run.wait()

    # From the stack's configuration rather than from the environment, so that the key reaches the state as well.
    workspace.settings = {"DOKPLOY_URL": None, "DOKPLOY_API_KEY": None}
    workspace.pulumi("config", "set", "dokploy:url", simulator.url).succeeded()
    workspace.configure_secret("dokploy:apiKey", simulator.api_key)
    program = _program()
    workspace.write(program)
    outcomes = [deployed().succeeded()]

    program["web"]["env"]["JWT_SECRET"] = CANARIES["changed variable"]
    # A change of variables alone would be a reload, which pulls nothing and has no log.
    program["web"]["image"] = {**program["web"]["image"], "reference": "demo/web:v2"}
    outcomes.append(workspace.preview(program).succeeded())
    simulator.fail(Fault(procedure="application.update", kind="status500", times=9))
    refused = workspace.up().failed()
    simulator.heal()
    simulator.behave("pull_failure")
    failed = deployed("".join(f"leaked: {canary}\n" for canary in CANARIES.values())).failed()
    outcomes += [refused, failed, workspace.refresh().succeeded()]
    outputs = workspace.pulumi("stack", "output", "--json").succeeded().text
    outcomes.append(workspace.pulumi("stack", "export").succeeded())
    return Traces(
        outcomes=outcomes,
        refused=refused,
        failed=failed,
        outputs=outputs,
        files=dict(_files(workspace.folder)),
        processes="\n".join(seen),
        api_key=simulator.api_key,
        at_dokploy=repr(simulator.state),
    )


def _running(simulator: Simulator) -> list[str]:
    return [id for id, row in simulator.state.deployments.items() if row["status"] == "running"]


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Everything that was written: state and its history, event logs, configuration; all but the program itself."""
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "program.json":
            yield str(path.relative_to(folder)), path.read_text(errors="replace")


def _pieces(traces: Traces) -> dict[str, str]:
    """A line of a secret is a secret, too; and so is the part before characters that a format escapes."""
    found = {name: canary.splitlines()[0].partition("$")[0] for name, canary in CANARIES.items()}
    first, last = (line.partition("=")[2] for line in CANARIES["content of a file"].splitlines())
    return {**found, "content of a file": first, "last line of a file": last, "API key": traces.api_key}


def test_no_output_shows_a_secret(traces: Traces) -> None:
    shown = "\n".join(outcome.text for outcome in traces.outcomes) + traces.outputs
    assert [name for name, piece in _pieces(traces).items() if piece in shown] == []


def test_no_file_of_the_run_holds_a_secret(traces: Traces) -> None:
    assert any(name.startswith("state/.pulumi/stacks/") for name in traces.files)
    assert any(name.startswith("events-") for name in traces.files)
    pieces = _pieces(traces)
    assert [
        (file, name) for file, text in traces.files.items() for name, piece in pieces.items() if piece in text
    ] == []


def test_no_command_line_holds_a_secret(traces: Traces) -> None:
    assert "pulumi" in traces.processes
    assert [name for name, piece in _pieces(traces).items() if piece in traces.processes] == []


def test_outputs_are_secret_though_the_program_marked_none(traces: Traces) -> None:
    assert traces.outputs.count("[secret]") >= 4


def test_an_error_with_the_whole_statement_in_it_is_shown_without_values(traces: Traces) -> None:
    error = traces.refused.error()
    assert "application.update" in error
    assert "statement and values left out" in error


def test_a_log_that_shows_secrets_is_shown_without_them(traces: Traces) -> None:
    assert "leaked: [secret]" in traces.failed.text


def test_dokploy_got_every_secret(traces: Traces) -> None:
    written = {name: canary for name, canary in CANARIES.items() if name not in ("changed variable", "variable")}
    missing = [name for name, canary in written.items() if canary.splitlines()[0] not in traces.at_dokploy]
    assert missing == []
