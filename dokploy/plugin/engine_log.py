"""Lines shown beside a resource while it is worked on. The plugin's own output is hidden by the engine."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from dokploy.resource import Severity

_SEVERITIES = {
    "progress": engine_pb2.INFO,
    "debug": engine_pb2.DEBUG,
    "info": engine_pb2.INFO,
    "warning": engine_pb2.WARNING,
    "error": engine_pb2.ERROR,
}


class EngineLog:
    """Sends log lines to the engine at `address` (host:port); without one they go nowhere.

    Progress that says the same as the line before it is sent once.
    """

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._shown: dict[str, str] = {}

    def __call__(self, severity: Severity, text: str, urn: str = "") -> None:
        if self._stub is None or (severity == "progress" and self._shown.get(urn) == text):
            return
        self._shown[urn] = text
        request = engine_pb2.LogRequest(
            severity=_SEVERITIES[severity], message=text, urn=urn, ephemeral=severity == "progress"
        )
        try:
            self._stub.Log(request, timeout=5)
        except grpc.RpcError:
            # The engine is gone or going: there is nobody left to tell.
            return

    @cached_property
    def _stub(self) -> Any:
        if not self._address:
            return None
        return engine_pb2_grpc.EngineStub(grpc.insecure_channel(self._address))
