"""The plugin as a process of its own, as the engine starts and ends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from dokploy.plugin.properties import encode
from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import urn, wait_until

ROOT = Path(__file__).parents[3]
PLUGIN = [sys.executable, str(ROOT / "dokploy"), "--logtostderr", "127.0.0.1:1"]


class Plugin:
    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.port = int(process.stdout.readline())
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self.port}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self.channel)

    def ends_within(self, seconds: float) -> int:
        return self.process.wait(timeout=seconds)


@pytest.fixture
def plugin(tmp_path: Path) -> Iterator[Plugin]:
    yield from running(tmp_path)


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plugin]:
    """One for all tests that do not end it."""
    yield from running(tmp_path_factory.mktemp("program"))


def running(folder: Path) -> Iterator[Plugin]:
    # The engine starts it in the program's folder, and only the plugin's own folder is on the path.
    process = subprocess.Popen(PLUGIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)
    plugin = Plugin(process)
    yield plugin
    plugin.channel.close()
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_it_answers_at_the_port_it_prints(lasting: Plugin) -> None:
    assert lasting.stub.GetPluginInfo(Empty(), timeout=5).version == "0.1.0"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_quickly(plugin: Plugin, number: signal.Signals) -> None:
    plugin.stub.GetPluginInfo(Empty(), timeout=5)
    plugin.process.send_signal(number)
    assert plugin.ends_within(2) == 0


def test_a_signal_ends_it_quickly_while_it_waits_for_a_server(plugin: Plugin, simulator: Simulator) -> None:
    arguments = encode({"url": simulator.url, "apiKey": simulator.api_key})
    plugin.stub.Configure(provider_pb2.ConfigureRequest(args=arguments), timeout=5)
    simulator.fail(Fault(procedure="project.all", kind="delay", seconds=4))
    request = provider_pb2.CreateRequest(urn=urn("Project"), properties=encode({"name": "chat"}))
    threading.Thread(target=lambda: plugin.stub.Create.future(request).exception()).start()
    calls = len(simulator.calls)
    time.sleep(0.2)
    plugin.process.send_signal(signal.SIGTERM)
    plugin.ends_within(2)
    assert len(simulator.calls) == calls


def test_ctrl_c_leaves_it_to_the_engine(lasting: Plugin) -> None:
    lasting.process.send_signal(signal.SIGINT)
    assert lasting.stub.GetPluginInfo(Empty(), timeout=5).version == "0.1.0"


def test_it_ends_when_the_engine_is_gone(tmp_path: Path) -> None:
    starter = textwrap.dedent(
        """
        import subprocess, sys
        process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        print(process.pid)
        """
    )
    run = subprocess.run(
        [sys.executable, "-c", starter, *PLUGIN], capture_output=True, text=True, check=True, cwd=tmp_path, timeout=20
    )
    pid = int(run.stdout)
    wait_until(lambda: not _runs(pid), within_s=5)


def test_nothing_is_imported_that_a_plugin_does_not_need() -> None:
    script = "import sys; import dokploy.plugin.server, dokploy.resources, dokploy.lookups; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(run.stdout.split())
    assert not {name.split(".")[0] for name in loaded} & {
        *("werkzeug", "rich", "typer", "pulumi_policy", "pytest", "components", "ops"),
        # Not before the first call that needs them.
        *("requests", "urllib3", "tenacity"),
    }
    assert "dokploy.simulator" not in loaded
    assert [name for name in loaded if name.startswith(("dokploy.resources.", "dokploy.lookups."))] == []


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that has ended and was not collected yet counts as ended.
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().split(")")[-1].split()[0] != "Z"
