"""Objects that were made by hand in Dokploy come under Pulumi's care as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from dokploy.simulator import Simulator
from tests.engine.by_hand import ByHand
from tests.engine.conftest import NewWorkspace
from tests.engine.example import Program, whole_stack
from tests.engine.outcome import Outcome
from tests.engine.workspace import Workspace

pytestmark = pytest.mark.engine

KINDS = {name: declared.kind for name, declared in whole_stack().resources.items()}


def _objects(simulator: Simulator) -> dict[str, str]:
    """The whole stack made by hand; the ids by the names that it has in the program."""
    call = ByHand(simulator)
    made = call("project.create", name="Chatzwa", description="The chat")
    environment = made["environment"]["environmentId"]
    call("environment.update", environmentId=environment, env="SHARED=1")
    web = call("application.create", name="web", environmentId=environment)["applicationId"]
    call(
        "application.update",
        applicationId=web,
        sourceType="docker",
        dockerImage="demo/web:v1",
        env="LOG_LEVEL=info\nJWT_SECRET=not-so-secret-here",
        command="sh",
        args=["-c", "node server.js"],
        memoryLimit=str(2 * 1024**3),
        cpuLimit=str(10**9),
        autoDeploy=False,
        createEnvFile=False,
        healthCheckSwarm={
            "Test": ["CMD-SHELL", "node check.js"],
            "Interval": 2 * 10**9,
            "Timeout": 10 * 10**9,
            "StartPeriod": 10**9,
            "Retries": 3,
        },
        restartPolicySwarm={"Condition": "on-failure", "Delay": 5 * 10**9, "MaxAttempts": 3, "Window": 120 * 10**9},
        updateConfigSwarm={"Parallelism": 1, "Order": "stop-first", "FailureAction": "pause", "Monitor": 5 * 10**9},
    )
    mount = call(
        "mounts.create",
        serviceId=web,
        serviceType="application",
        type="volume",
        mountPath="/app/data",
        volumeName="web-data",
    )
    domain = call(
        "domain.create",
        applicationId=web,
        host="chat.localhost",
        port=3000,
        https=True,
        certificateType="letsencrypt",
        domainType="application",
    )
    schedule = call(
        "schedule.create", applicationId=web, name="backup", cronExpression="0 2 * * *", command="true", enabled=True
    )
    call("application.deploy", applicationId=web)
    simulator.skip(60)
    return {
        "chat": made["project"]["projectId"],
        "production": environment,
        "web": web,
        "data": mount["mountId"],
        "domain": domain["domainId"],
        "backup": schedule["scheduleId"],
        "web-release": web,
    }


def _importing(ids: dict[str, str]) -> Program:
    """The program with equal inputs; the deployment has no triggers, since nothing is to be deployed, and nothing of
    what Dokploy does not store."""
    program = whole_stack()
    program["web-release"]["triggers"] = {}
    del program["web-release"]["stable_seconds"]
    for name, id in ids.items():
        program.resources[name].options["import_"] = id
    return program


@dataclass(frozen=True, kw_only=True)
class Imports:
    """`by_option`: `import_` in the program; `by_command`: `pulumi import` of the same objects into another stack."""

    ids: dict[str, str]
    by_option: Outcome
    ids_by_option: dict[str, str]
    preview: Outcome
    by_command: Outcome
    ids_by_command: dict[str, str]
    preview_after_command: Outcome
    missing: Outcome
    ids_after_missing: dict[str, str]
    simulator: Simulator


@pytest.fixture(scope="module")
def imports(new_workspace: NewWorkspace) -> Iterator[Imports]:
    with Simulator() as simulator:
        ids = _objects(simulator)
        program = _importing(ids)
        first = new_workspace(simulator)
        by_option = first.up(program)
        preview = first.preview(program, "--expect-no-changes")
        second, third = new_workspace(simulator), new_workspace(simulator)
        by_command = _import(second, ids)
        for declared in program.resources.values():
            # The command sets it, and without it in the program the preview would take it away.
            declared.options = {**declared.options, "protect": True}
            del declared.options["import_"]
        yield Imports(
            ids=ids,
            by_option=by_option,
            ids_by_option=first.ids,
            preview=preview,
            by_command=by_command,
            ids_by_command=second.ids,
            preview_after_command=second.preview(program, "--expect-no-changes"),
            missing=_import(third, dict.fromkeys(KINDS, "no-such-id")),
            ids_after_missing=third.ids,
            simulator=simulator,
        )


def _import(workspace: Workspace, ids: dict[str, str]) -> Outcome:
    resources = [
        {"type": f"dokploy:index:{KINDS[name]}", "name": name, "id": id, "version": "0.1.0"} for name, id in ids.items()
    ]
    file = workspace.folder / "import.json"
    file.write_text(json.dumps({"resources": resources}))
    return workspace.pulumi("import", "--yes", "--skip-preview", "--generate-code=false", "--file", str(file))


@pytest.mark.parametrize("name", KINDS)
def test_an_object_is_imported_by_the_option_without_a_change(imports: Imports, name: str) -> None:
    assert imports.by_option.code == 0, imports.by_option.text
    assert imports.by_option.steps[name] == ["import"]
    assert imports.ids_by_option[name] == imports.ids[name]


def test_equal_inputs_give_an_empty_preview_after_the_import(imports: Imports) -> None:
    assert imports.preview.code == 0, imports.preview.text


def test_importing_writes_nothing_to_dokploy(imports: Imports) -> None:
    assert imports.by_option.writes == []
    assert imports.by_command.writes == []


@pytest.mark.parametrize("name", KINDS)
def test_an_object_is_imported_by_the_command(imports: Imports, name: str) -> None:
    assert imports.by_command.code == 0, imports.by_command.text
    assert imports.ids_by_command[name] == imports.ids[name]


def test_equal_inputs_give_an_empty_preview_after_the_command(imports: Imports) -> None:
    assert imports.preview_after_command.code == 0, imports.preview_after_command.text


@pytest.mark.parametrize("name", KINDS)
def test_an_id_that_dokploy_does_not_know_is_said_not_to_exist(imports: Imports, name: str) -> None:
    assert imports.missing.code != 0
    said = imports.missing.text.split("Diagnostics:")[1]
    assert f"dokploy:index:{KINDS[name]} ({name}):\n    error: resource 'no-such-id' does not exist\n" in said
    assert "Traceback" not in imports.missing.text


def test_a_failed_import_leaves_no_phantom(imports: Imports) -> None:
    assert imports.ids_after_missing == {}
