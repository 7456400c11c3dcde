"""Runs the whole program without an engine, and keeps what it asked the engine for."""

from __future__ import annotations

import json
import os
import runpy
import tempfile
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pulumi
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks, set_all_config

from components import stand_ins
from components.platforms.docker import port
from tests.components.stacks import ROOT

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A value that arrived marked secret."""

    value: Any


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One resource as the engine saw it."""

    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    depends_on: frozenset[str]
    protect: bool
    order: int


@dataclass(frozen=True, kw_only=True)
class Run:
    """All resources and the outputs of one run."""

    resources: dict[str, Registered] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def of(self, kind: str) -> list[Registered]:
        return [resource for resource in self.resources.values() if resource.type.endswith(f":{kind}")]

    def named(self, name: str) -> Registered:
        (found,) = [one for one in self.resources.values() if one.name == name and not one.type.startswith("chatzwa:")]
        return found

    def one(self, kind: str) -> Registered:
        (found,) = self.of(kind)
        return found


class Server(mocks.Mocks):
    """Answers what Dokploy or an engine would: the inputs, an id, and the outputs that the program reads."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        given = {
            "appName": "chatzwa-ab12cd",
            "generation": "7",
            "deploymentId": "deployment-1",
            "release": "release-1",
            "imageId": "sha256:0123",
            "stdout": "from the command",
        }
        return f"{args.name}-id", {**given, "reference": f"{args.name}-reference", **args.inputs}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        if args.token == "dokploy:index:getRegistry":
            return {"registryId": f"registry-of-{args.args['name']}", "url": "registry.company.co"}, []
        if args.token == "command:local:run":
            return {**args.args, "stdout": "", "stderr": ""}, []
        raise AssertionError(f"the program calls {args.token}")


class _Recorder(mocks.MockMonitor):
    """Keeps the raw requests, which hold what mocks are not told: parents, dependencies and protection."""

    def __init__(self, run: Run) -> None:
        super().__init__(Server())
        self.run = run

    def RegisterResource(self, request: Any) -> Any:
        answer = super().RegisterResource(request)
        if request.type != "pulumi:pulumi:Stack":
            self.run.resources[answer.urn] = Registered(
                type=request.type,
                name=request.name,
                parent=request.parent.rsplit("::", 1)[0].rsplit("$", 1)[-1].rsplit("::", 1)[-1],
                inputs=_marked(MessageToDict(request.object)),
                depends_on=frozenset(request.dependencies),
                protect=request.protect,
                order=len(self.run.resources),
            )
        return answer


def _marked(value: Any) -> Any:
    """The value with its secrets as ``Secret``."""
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET:
            return Secret(value=_marked(value["value"]))
        return {key: _marked(inner) for key, inner in value.items()}
    return [_marked(inner) for inner in value] if isinstance(value, list) else value


def run(
    stack: str,
    config: dict[str, Any],
    *,
    server: str = "https://dokploy.company.co",
    policies: str = "./policies",
    listening: bool = False,
) -> Run:
    """The program for ``stack`` with ``config``, keyed without its namespace, as an update under ``policies``.

    Whether somebody of this machine holds the app's port counts only when ``listening``.
    """
    result = Run()
    texts = {f"chatzwa:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    pulumi.runtime.set_mocks(Server(), project="chatzwa", stack=stack, monitor=_Recorder(result))
    set_all_config(
        {**texts, "dokploy:url": server, "dokploy:apiKey": "key-0123456789"},
        [*(f"chatzwa:{key}" for key in ("alerts", "app", "backup", "ingress", "secrets")), "dokploy:apiKey"],
    )

    @pulumi.runtime.test
    def program() -> pulumi.Output[None]:
        root = pulumi.runtime.get_root_resource()
        if root is not None:
            root.outputs.clear()  # those of another run in this process
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(stand_ins, "SEED_FILE", Path(folder) / "seed"),
            nullcontext() if listening else mock.patch.object(port, "_taken", return_value=False),
            mock.patch.dict(os.environ, {"PULUMI_OPTION_POLICY_PACK": policies}),
        ):
            runpy.run_path(str(ROOT / "__main__.py"))
        outputs = pulumi.runtime.get_root_resource().outputs
        return pulumi.Output.from_input(dict(outputs)).apply(result.outputs.update)

    program()
    return result
