"""Times the start of the plugin: from the process to its first answer, and what it imports on the way."""

from __future__ import annotations

import re
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

ROUNDS = 9
PLUGIN = [sys.executable, str(Path(__file__).resolve().parents[1] / "dokploy"), "127.0.0.1:1"]
BARE = [sys.executable, "-c", "import pulumi; print(0, flush=True)"]

_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( *)(\S+)")


@dataclass(frozen=True, kw_only=True)
class Start:
    """Medians in seconds."""

    plugin_port: float
    """Until the plugin has printed its port."""
    plugin_answer: float
    """Until it has answered a first call."""
    bare: float
    """Until a Python that imports the SDK alone has printed a character."""


@dataclass(frozen=True, kw_only=True)
class Import:
    """What the modules of one package cost at the start, without what they import in turn."""

    name: str
    milliseconds: float
    modules: int


def measure() -> Start:
    """The medians of nine rounds, in turns, so that a busy moment hits both."""
    rounds = [(*_plugin(), _bare()) for _ in range(ROUNDS)]
    port, answer, bare = (statistics.median(column) for column in zip(*rounds, strict=True))
    return Start(plugin_port=port, plugin_answer=answer, bare=bare)


def profile() -> list[Import]:
    """The time of every top-level package by itself, the largest first: `-X importtime`, added up."""
    process = _started([PLUGIN[0], "-X", "importtime", *PLUGIN[1:]], subprocess.PIPE)
    _first_line(process)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    own: dict[str, list[int]] = {}
    for line in said.splitlines():
        if found := _LINE.match(line):
            own.setdefault(_package(found[4]), []).append(int(found[1]))
    imports = [Import(name=name, milliseconds=sum(own[name]) / 1000, modules=len(own[name])) for name in own]
    return sorted(imports, key=lambda each: -each.milliseconds)


def _package(module: str) -> str:
    parts = module.split(".")
    # The SDK is large, and so is what lies beneath `google`: one step more tells which part of it.
    return ".".join(parts[:2]) if parts[0] in ("pulumi", "google", "dokploy") else parts[0]


def _plugin() -> tuple[float, float]:
    began = time.monotonic()
    process = _started(PLUGIN, subprocess.DEVNULL)
    try:
        port = int(_first_line(process))
        printed = time.monotonic()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(Empty(), timeout=30, wait_for_ready=True)
        return printed - began, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(timeout=30)


def _bare() -> float:
    began = time.monotonic()
    process = _started(BARE, subprocess.DEVNULL)
    _first_line(process)
    seconds = time.monotonic() - began
    process.wait(timeout=30)
    return seconds


def _started(command: list[str], errors: int) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)  # noqa: S603 - fixed commands


def _first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
