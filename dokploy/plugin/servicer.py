"""Pulumi's provider protocol over the resources: decode, check, do, encode. Knows no resource by name."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from dokploy import VERSION
from dokploy.catalogue import Catalogue
from dokploy.deadline import Deadline
from dokploy.errors import NotFound
from dokploy.plugin.blanking import Blanking
from dokploy.plugin.configuration import Configuration
from dokploy.plugin.differences import diff_response
from dokploy.plugin.engine_log import EngineLog
from dokploy.plugin.failures import AbortError, answered
from dokploy.plugin.functions import AnyLookup, Functions
from dokploy.plugin.loading import load
from dokploy.plugin.properties import decode, encode
from dokploy.plugin.schema import package_schema
from dokploy.plugin.traits import replacing_fields
from dokploy.plugin.validation import check
from dokploy.plugin.wire import AnyResource, Wire
from dokploy.resource import Context, InitializationFailedError
from dokploy.server import Server

DEFAULT_TIMEOUT_S = 900.0
"""For one operation where the program sets no custom time-out. The longest is a build and its roll-out."""


class DokployServicer(provider_pb2_grpc.ResourceProviderServicer):
    """One plugin process. Every method runs on a thread of its own, so that a slow call holds up no other."""

    def __init__(self, resources: Iterable[AnyResource], lookups: Iterable[AnyLookup], log: EngineLog) -> None:
        self._resources = Catalogue.of(resources)
        self._functions = Functions(lookups)
        self._log = log
        self._blanking = Blanking()
        self._wire = Wire(self._blanking)
        self._cancelled = threading.Event()
        self._server: Server | None = None
        self._living: set[tuple[str, str]] = set()
        """Kind and id of what this run has made, changed or found as it should be: nothing that it deletes."""

    # The plugin itself

    @answered
    def Handshake(self, request: Any, context: Any) -> Any:
        self._log = EngineLog(request.engine_address)
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @answered
    def Attach(self, request: Any, context: Any) -> Any:
        self._log = EngineLog(request.address)
        return Empty()

    @answered
    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    @answered
    def GetSchema(self, request: Any, context: Any) -> Any:
        schema = package_schema(self._resources, self._functions.lookups)
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    @answered
    def Cancel(self, request: Any, context: Any) -> Any:
        self._cancelled.set()
        return Empty()

    # Configuration

    @answered
    def CheckConfig(self, request: Any, context: Any) -> Any:
        values, secrets = decode(request.news)
        Configuration.read(values)
        if "apiKey" in values:
            secrets |= {("apiKey",)}
        return provider_pb2.CheckResponse(inputs=encode(values, secrets))

    @answered
    def DiffConfig(self, request: Any, context: Any) -> Any:
        # A new address or key is still the same server: nothing that lives on it is replaced.
        return diff_response(decode(request.old_inputs)[0], decode(request.news)[0])

    @answered
    def Configure(self, request: Any, context: Any) -> Any:
        configuration = Configuration.read(decode(request.args)[0])
        self._server, warnings = configuration.connect(
            lambda text: self._log("progress", self.scrub(text)), self._cancelled
        )
        if self._server is not None:
            self._blanking.lend(self._server.client)
        self._living.clear()
        for warning in warnings:
            self._log("warning", warning)
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # Resources

    @answered
    def Check(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn)
        values, secrets = self._wire.inputs(resource, request.news)
        checked = check(resource.Inputs, values, secrets)
        response = provider_pb2.CheckResponse(inputs=self._wire.encode_inputs(resource, checked.inputs, secrets))
        for failure in checked.failures:
            # A failure with a property would print that property's value, secret or not.
            response.failures.add(property="", reason=self.scrub(str(failure)))
        return response

    @answered
    def Diff(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn)
        old = load(resource.Inputs, decode(request.old_inputs)[0]).properties()
        new = decode(request.news)[0]
        replacing = replacing_fields(resource.Inputs) | resource.forces_replacement(old, new)
        response = diff_response(
            old, new, replacing, request.ignoreChanges, delete_first=resource.deletes_before_replace
        )
        if response.changes == provider_pb2.DiffResponse.DIFF_NONE:
            self._living.add((resource.name, request.id))
        return response

    @answered
    def Create(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn)
        values, secrets = self._wire.inputs(resource, request.properties)
        if request.preview:
            unknown = resource.unknown_outputs(None, load(resource.Inputs, values))
            return provider_pb2.CreateResponse(
                properties=self._wire.encode_preview(resource, values, secrets, {}, unknown)
            )
        with self._wire.carrying_out(resource, secrets):
            try:
                state = resource.create(self._context(request), resource.Inputs.model_validate(values))
            except InitializationFailedError as failed:
                self._living.add((resource.name, failed.state.id))
                raise
        self._living.add((resource.name, state.id))
        return provider_pb2.CreateResponse(id=state.id, properties=self._wire.encode_state(resource, state, secrets))

    @answered
    def Update(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn)
        values, secrets = self._wire.inputs(resource, request.news)
        state = self._wire.state(resource, request.id, request.olds, request.old_inputs)
        if request.preview:
            planned = load(resource.Inputs, values)
            if note := resource.preview_note(state, planned):
                self._log("warning", self.scrub(note), request.urn)
            unknown, known = resource.unknown_outputs(state, planned), state.outputs.properties()
            return provider_pb2.UpdateResponse(
                properties=self._wire.encode_preview(resource, values, secrets, known, unknown)
            )
        self._living.add((resource.name, request.id))
        try:
            with self._wire.carrying_out(resource, secrets):
                state = resource.update(self._context(request), state, resource.Inputs.model_validate(values))
        except NotFound as gone:
            raise AbortError(f"{gone}; what somebody deleted in Dokploy is made again after: pulumi refresh") from gone
        return provider_pb2.UpdateResponse(properties=self._wire.encode_state(resource, state, secrets))

    @answered
    def Read(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn)
        inputs, secrets = self._wire.inputs(resource, request.inputs)
        outputs = decode(request.properties)[0]
        known = load(resource.Inputs, inputs) if inputs else None
        before = load(resource.Outputs, outputs) if known is not None else None
        with self._wire.carrying_out(resource, secrets):
            state = resource.read(self._context(request), request.id, known, before)
        if state is None:
            # No id: gone. No properties either, or an import of it would make a phantom.
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=state.id,
            properties=self._wire.encode_state(resource, state, secrets),
            inputs=self._wire.encode_inputs(resource, state.inputs.properties(), secrets),
        )

    @answered
    def Delete(self, request: Any, context: Any) -> Any:
        resource = self._resource(request.urn)
        if (resource.name, request.id) in self._living:
            # A replacement asked for by hand (--replace, taint): its create found this very object by the marker, in
            # this run or in an earlier one that was killed before it deleted what it had replaced.
            return Empty()
        state = self._wire.state(resource, request.id, request.properties, request.old_inputs)
        resource.delete(self._context(request), state)
        return Empty()

    # Look-ups

    @answered
    def Invoke(self, request: Any, context: Any) -> Any:
        return self._functions.invoke(request, self._connected, self.scrub)

    # Helpers

    def scrub(self, text: str) -> str:
        """The text without the secrets that passed through this process."""
        return self._blanking.scrub(text)

    def _resource(self, urn: str) -> AnyResource:
        token = urn.split("::")[2].split("$")[-1]
        found = self._resources.named(token.removeprefix("dokploy:index:"))
        if found is None:
            raise AbortError(f"the dokploy provider has no resource {token}")
        return found

    def _context(self, request: Any) -> Context:
        deadline = Deadline.after(getattr(request, "timeout", 0) or DEFAULT_TIMEOUT_S)
        deadline.limit()
        return Context(
            server=self._connected(),
            urn=request.urn,
            deadline=deadline,
            cancelled=self._cancelled,
            log=lambda severity, text: self._log(severity, self.scrub(text), request.urn),
        )

    def _connected(self) -> Server:
        if self._server is None:
            raise AbortError("dokploy:url or dokploy:apiKey is not known yet; set both before this operation")
        return self._server
