"""The provider as a process of its own: one that can be killed."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from dokploy.lookups import LOOKUPS
from dokploy.plugin.engine_log import EngineLog
from dokploy.plugin.server import started
from dokploy.resources import RESOURCES
from dokploy.simulator import Simulator
from tests.dokploy.plugin.harness import Provider

FORKS = multiprocessing.get_context("forkserver")
# Importing all of it anew for each process would take most of the time.
FORKS.set_forkserver_preload(["pytest", "requests", "dokploy.client", __name__])


class ProviderProcess(Provider):
    """Spoken to like the provider in this process. A killed one is started again by `restart`."""

    def __init__(self, simulator: Simulator) -> None:
        super().__init__(simulator)
        self._told_of = {"url": simulator.url, "apiKey": simulator.api_key}

    def kill(self) -> None:
        """SIGKILL; it does nothing any more when this returns."""
        self._process.kill()
        self._process.join()

    def _start(self) -> None:
        port, told = FORKS.Pipe(duplex=False)
        self._process: Any = FORKS.Process(target=_serve, args=(self._engine_address, told), daemon=True)
        self._process.start()
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port.recv()}")
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.configure(**self._told_of)

    def _stop(self) -> None:
        self._channel.close()
        self.kill()


def _serve(engine_address: str, told: Connection) -> None:
    server, port = started(RESOURCES, EngineLog(engine_address), LOOKUPS)
    told.send(port)
    server.wait_for_termination()
