"""Pulumi's side of the wire: a channel to a provider in this process, and what the engine keeps of a resource."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import grpc
from google.protobuf.empty_pb2 import Empty
from google.rpc.status_pb2 import Status
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, provider_pb2_grpc

from dokploy.lookups import LOOKUPS
from dokploy.plugin.engine_log import EngineLog
from dokploy.plugin.properties import Path, decode, encode
from dokploy.plugin.server import started
from dokploy.resources import RESOURCES
from dokploy.simulator import Simulator

STACK = "urn:pulumi:test::chatzwa::dokploy:index"
# A failed object comes back in the trailing metadata, whose limit in Python is far below that of Pulumi's engine.
_OPTIONS = [("grpc.max_metadata_size", 16 * 1024 * 1024), ("grpc.absolute_max_metadata_size", 16 * 1024 * 1024)]


def urn(kind: str, name: str = "it") -> str:
    return f"{STACK}:{kind}::{name}"


@dataclass
class Kept:
    """A resource as the engine's state holds it."""

    kind: str
    name: str
    id: str
    inputs: dict[str, Any]
    state: dict[str, Any]
    secrets: frozenset[Path]
    """Where the state holds secrets."""
    errors: list[str] = field(default_factory=list)
    """Why it is not in order, where a create or an update failed half-way."""

    @property
    def urn(self) -> str:
        return urn(self.kind, self.name)


class RefusedError(AssertionError):
    """Check found the inputs not acceptable."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class CallError(AssertionError):
    """A call ended with this line."""

    def __init__(self, code: grpc.StatusCode, line: str) -> None:
        super().__init__(line)
        self.code = code
        self.line = line


class Engine(engine_pb2_grpc.EngineServicer):
    """Collects the log lines that the provider sends."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str, str]] = []

    def Log(self, request: Any, context: Any) -> Any:
        self.lines.append((request.severity, request.message, request.urn))
        return Empty()

    @property
    def text(self) -> str:
        return "\n".join(message for _, message, _ in self.lines)


class Provider:
    """A provider in this process, spoken to as Pulumi's engine does: over gRPC, and Check before everything."""

    def __init__(self, simulator: Simulator | None = None, *, resources: Iterable[Any] = RESOURCES) -> None:
        self._simulator = simulator
        self._resources = resources
        self.engine = Engine()

    def __enter__(self) -> Self:
        self._engine_server = grpc.server(ThreadPoolExecutor(max_workers=4))
        engine_pb2_grpc.add_EngineServicer_to_server(self.engine, self._engine_server)
        engine_port = self._engine_server.add_insecure_port("127.0.0.1:0")
        self._engine_server.start()
        self._engine_address = f"127.0.0.1:{engine_port}"
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()
        self._engine_server.stop(grace=None).wait()

    def restart(self) -> None:
        """As at the next run of Pulumi, which starts a plugin of its own."""
        self._stop()
        self._start()

    def _start(self) -> None:
        self._server, port = started(self._resources, EngineLog(self._engine_address), LOOKUPS)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}", options=_OPTIONS)
        self.stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        if self._simulator is not None:
            self.configure(url=self._simulator.url, apiKey=self._simulator.api_key)

    def _stop(self) -> None:
        self._channel.close()
        self._server.stop(grace=None).wait()

    def call(self, method: str, request: Any) -> Any:
        try:
            return getattr(self.stub, method)(request, timeout=60)
        except grpc.RpcError as error:
            raise CallError(error.code(), error.details()) from error

    # Configuration

    def configure(self, **values: Any) -> Any:
        return self.call("Configure", provider_pb2.ConfigureRequest(args=encode(values), acceptSecrets=True))

    # One resource

    def check(self, kind: str, properties: Mapping[str, Any], secrets: Iterable[Path] = (), *, name: str = "it") -> Any:
        request = provider_pb2.CheckRequest(urn=urn(kind, name), news=encode(properties, secrets))
        return self.call("Check", request)

    def refusals(self, kind: str, properties: Mapping[str, Any], secrets: Iterable[Path] = ()) -> list[str]:
        return [failure.reason for failure in self.check(kind, properties, secrets).failures]

    def checked(self, kind: str, properties: Mapping[str, Any], secrets: Iterable[Path] = ()) -> Any:
        """The inputs that the engine would keep; RefusedError where they are not acceptable."""
        response = self.check(kind, properties, secrets)
        if response.failures:
            raise RefusedError([failure.reason for failure in response.failures])
        return response.inputs

    def canonical(self, kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """The inputs as they are kept and compared."""
        return decode(self.checked(kind, properties))[0]

    def create(
        self,
        kind: str,
        properties: Mapping[str, Any],
        *,
        name: str = "it",
        timeout_s: float = 0,
        secrets: Iterable[Path] = (),
    ) -> Kept:
        inputs = self.checked(kind, properties, secrets)
        request = provider_pb2.CreateRequest(urn=urn(kind, name), properties=inputs, timeout=timeout_s)
        try:
            response = self.stub.Create(request, timeout=60)
        except grpc.RpcError as error:
            return _kept(kind, name, inputs, error)
        state, marked = decode(response.properties)
        return Kept(kind, name, response.id, decode(inputs)[0], state, marked)

    def preview_create(self, kind: str, properties: Mapping[str, Any], *, name: str = "it") -> dict[str, Any]:
        request = provider_pb2.CreateRequest(
            urn=urn(kind, name), properties=self.checked(kind, properties), preview=True
        )
        return decode(self.call("Create", request).properties)[0]

    def diff(self, kept: Kept, properties: Mapping[str, Any], *, ignored: Iterable[str] = ()) -> Any:
        return self.call(
            "Diff",
            provider_pb2.DiffRequest(
                id=kept.id,
                urn=kept.urn,
                olds=encode(kept.state, kept.secrets),
                old_inputs=encode(kept.inputs),
                news=self.checked(kept.kind, properties),
                ignoreChanges=list(ignored),
            ),
        )

    def update(self, kept: Kept, properties: Mapping[str, Any], *, timeout_s: float = 0) -> Kept:
        inputs = self.checked(kept.kind, properties)
        try:
            response = self.stub.Update(self._update(kept, inputs, timeout=timeout_s), timeout=60)
        except grpc.RpcError as error:
            return _kept(kept.kind, kept.name, inputs, error)
        state, marked = decode(response.properties)
        return Kept(kept.kind, kept.name, kept.id, decode(inputs)[0], state, marked)

    def preview_update(self, kept: Kept, properties: Mapping[str, Any]) -> dict[str, Any]:
        inputs = self.checked(kept.kind, properties)
        return decode(self.call("Update", self._update(kept, inputs, preview=True)).properties)[0]

    def refresh(self, kept: Kept) -> Kept | None:
        """What Read says of it now; None when it is gone."""
        request = provider_pb2.ReadRequest(
            id=kept.id,
            urn=kept.urn,
            properties=encode(kept.state, kept.secrets),
            inputs=encode(kept.inputs, [path for path in kept.secrets if path[0] in kept.inputs]),
        )
        return self._read(kept.kind, kept.name, request)

    def import_(self, kind: str, id: str, *, name: str = "it") -> Kept | None:
        return self._read(kind, name, provider_pb2.ReadRequest(id=id, urn=urn(kind, name)))

    def delete(self, kept: Kept, *, timeout_s: float = 0, restart: bool = True) -> None:
        """In a later run: what one run has made it does not delete."""
        if restart:
            self.restart()
        request = provider_pb2.DeleteRequest(
            id=kept.id,
            urn=kept.urn,
            properties=encode(kept.state, kept.secrets),
            old_inputs=encode(kept.inputs),
            timeout=timeout_s,
        )
        self.call("Delete", request)

    def cancel(self) -> None:
        self.call("Cancel", Empty())

    # Everyday objects, each on top of the one before

    def project(self, *, name: str = "it", **properties: Any) -> Kept:
        return self.create("Project", {"name": "chat", **properties}, name=name)

    def application(self, environment_id: str, *, name: str = "it", **properties: Any) -> Kept:
        valid = {"environmentId": environment_id, "name": "web", "image": {"reference": "web:1"}}
        return self.create("Application", {**valid, **properties}, name=name)

    def _update(self, kept: Kept, inputs: Any, **more: Any) -> Any:
        return provider_pb2.UpdateRequest(
            id=kept.id,
            urn=kept.urn,
            olds=encode(kept.state, kept.secrets),
            old_inputs=encode(kept.inputs),
            news=inputs,
            **more,
        )

    def _read(self, kind: str, name: str, request: Any) -> Kept | None:
        try:
            response = self.stub.Read(request, timeout=60)
        except grpc.RpcError as error:
            return _kept(kind, name, None, error)
        if not response.id:
            # With properties an import of a missing object would make a phantom.
            assert not response.HasField("properties")
            return None
        state, marked = decode(response.properties)
        return Kept(kind, name, response.id, decode(response.inputs)[0], state, marked)


def _kept(kind: str, name: str, inputs: Any, error: Any) -> Kept:
    """The object that is not in order, in the trailing metadata; CallError where there is none. A read brings its
    inputs itself."""
    packed = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if packed is None:
        raise CallError(error.code(), error.details()) from error
    status = Status.FromString(packed)
    failed = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failed)
    state, marked = decode(failed.properties)
    return Kept(kind, name, failed.id, decode(inputs or failed.inputs)[0], state, marked, errors=list(failed.reasons))


def wait_until(true: Any, *, within_s: float = 5.0) -> None:
    """Wait until `true()` holds; AssertionError when it does not come about."""
    until = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.01)
