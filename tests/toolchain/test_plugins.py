"""Providers and policy packs from source folders under the real engine."""

from __future__ import annotations

import json
import py_compile
from pathlib import Path

import pytest

from tests.toolchain.conftest import RUNTIME, Project, press_ctrl_c, wait_for_end, wait_for_pid

pytestmark = pytest.mark.engine

PROVIDER = """
import json
import os
import pathlib
import time
from concurrent import futures

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as messages, provider_pb2_grpc, plugin_pb2

SCHEMA = {
    "name": "tiny",
    "version": "1.2.3",
    "resources": {
        "tiny:index:Thing": {
            "description": "A thing.",
            "inputProperties": {"size": {"type": "integer", "description": "In bytes."}},
            "requiredInputs": ["size"],
            "properties": {"size": {"type": "integer"}},
            "required": ["size"],
        }
    },
}


class Tiny(provider_pb2_grpc.ResourceProviderServicer):
    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version="1.2.3")

    def GetSchema(self, request, context):
        return messages.GetSchemaResponse(schema=json.dumps(SCHEMA))

    def CheckConfig(self, request, context):
        return messages.CheckResponse(inputs=request.news)

    def DiffConfig(self, request, context):
        return messages.DiffResponse()

    def Configure(self, request, context):
        return messages.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request, context):
        return messages.CheckResponse(inputs=request.news)

    def Diff(self, request, context):
        return messages.DiffResponse(changes=messages.DiffResponse.DIFF_NONE)

    def Create(self, request, context):
        size = int(request.properties["size"])
        if size < 0:
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"size {size} is below 0")
        if size > 1000 and not request.preview:
            pathlib.Path("create-runs").write_text(str(os.getpid()))
            time.sleep(3)
        return messages.CreateResponse(id="thing", properties=request.properties)

    def Delete(self, request, context):
        return Empty()

    def Cancel(self, request, context):
        return Empty()


server = grpc.server(futures.ThreadPoolExecutor(8))
provider_pb2_grpc.add_ResourceProviderServicer_to_server(Tiny(), server)
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
server.wait_for_termination()
"""

PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy


def no_big_things(args, report):
    if args.resource_type == "tiny:index:Thing" and args.props["size"] > 100:
        report("a thing is at most 100 bytes")


PolicyPack(
    "small-things",
    policies=[
        ResourceValidationPolicy(
            name="no-big-things",
            description="Things are small.",
            enforcement_level=EnforcementLevel.MANDATORY,
            validate=no_big_things,
        )
    ],
)
"""


@pytest.fixture
def tiny(project: Project) -> Project:
    """The project with a provider of its own and one resource of it."""
    project.write("Pulumi.yaml", f"name: small\n{RUNTIME}plugins: {{providers: [{{name: tiny, path: ./tiny}}]}}\n")
    project.write("tiny/PulumiPlugin.yaml", RUNTIME)
    project.write("tiny/__main__.py", PROVIDER)
    thing(project, size=7)
    return project


def thing(project: Project, *, size: int) -> None:
    project.write(
        "__main__.py",
        f"import pulumi\npulumi.CustomResource('tiny:index:Thing', 'thing', {{'size': {size}}})\n",
    )


def test_a_provider_from_a_folder_creates_and_deletes(tiny: Project) -> None:
    tiny.pulumi("up", "--yes")
    state = json.loads(tiny.pulumi("stack", "export"))
    assert {r["type"] for r in state["deployment"]["resources"]} >= {
        "tiny:index:Thing",
        "pulumi:providers:tiny",
    }
    tiny.pulumi("up", "--yes", "--expect-no-changes")
    tiny.pulumi("destroy", "--yes")


def test_an_error_of_a_provider_is_shown_once_and_without_a_traceback(tiny: Project) -> None:
    thing(tiny, size=-1)
    output = tiny.pulumi("up", "--yes", "--skip-preview", code=1)
    assert "error: size -1 is below 0" in output
    assert "Traceback" not in output


def test_a_provider_that_cannot_start_shows_why(tiny: Project) -> None:
    tiny.write("tiny/__main__.py", "raise SystemExit('no licence')\n")
    assert "no licence" in tiny.pulumi("preview", code=1)


def test_ctrl_c_lets_a_create_finish_and_records_it(tiny: Project) -> None:
    thing(tiny, size=2000)
    run = tiny.start("up", "--yes", "--skip-preview")
    wait_for_pid(tiny.folder / "create-runs")
    press_ctrl_c(run)
    output, _ = run.communicate(timeout=30)
    assert run.returncode != 0, output
    state = json.loads(tiny.pulumi("stack", "export"))
    assert "tiny:index:Thing" in {r["type"] for r in state["deployment"]["resources"]}
    assert not state["deployment"].get("pending_operations")


def test_a_killed_engine_leaves_no_provider_behind(tiny: Project) -> None:
    thing(tiny, size=2000)
    run = tiny.start("up", "--yes", "--skip-preview")
    provider = wait_for_pid(tiny.folder / "create-runs")
    run.kill()
    run.communicate(timeout=20)
    wait_for_end(provider)


def test_the_schema_of_a_provider_can_be_read(tiny: Project) -> None:
    output = tiny.pulumi("package", "get-schema", "./tiny")
    schema = json.loads(output[output.index("{") : output.rindex("}") + 1])
    assert (schema["name"], schema["version"]) == ("tiny", "1.2.3")


def test_the_sdk_of_a_provider_can_be_generated(tiny: Project, tmp_path: Path) -> None:
    tiny.pulumi("package", "gen-sdk", "./tiny", "--language", "python", "--out", str(tmp_path / "sdk"))
    module = tmp_path / "sdk" / "python" / "pulumi_tiny" / "thing.py"
    assert "In bytes." in module.read_text()
    py_compile.compile(str(module), doraise=True)


def test_a_policy_pack_from_a_folder_judges_a_preview(tiny: Project) -> None:
    tiny.write("pack/PulumiPolicy.yaml", f"{RUNTIME}version: 0.1.0\n")
    tiny.write("pack/__main__.py", PACK)
    assert "small-things@v0.1.0" in tiny.pulumi("preview", "--policy-pack", "pack")
    thing(tiny, size=101)
    assert "a thing is at most 100 bytes" in tiny.pulumi("preview", "--policy-pack", "pack", code=1)
