"""Pulumi's Invoke over the look-ups: check the arguments, find, encode. Knows no look-up by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pulumi.runtime.proto import provider_pb2

from dokploy.catalogue import Catalogue
from dokploy.lookup import Lookup
from dokploy.plugin.failures import AbortError
from dokploy.plugin.properties import decode, encode
from dokploy.plugin.validation import check
from dokploy.server import Server

AnyLookup = Lookup[Any, Any]


class Functions:
    """The functions of the provider."""

    def __init__(self, lookups: Iterable[AnyLookup]) -> None:
        self.lookups = Catalogue.of(lookups)

    def invoke(self, request: Any, connected: Callable[[], Server], scrub: Callable[[str], str]) -> Any:
        """The answer to an InvokeRequest; the server is asked for only where the arguments are acceptable."""
        lookup = self.lookups.named(request.tok.removeprefix("dokploy:index:"))
        if lookup is None:
            raise AbortError(f"the dokploy provider has no function {request.tok}")
        checked = check(lookup.Inputs, decode(request.args)[0], whole="argument of this function")
        response = provider_pb2.InvokeResponse()
        for failure in checked.failures:
            response.failures.add(property="", reason=scrub(str(failure)))
        if not checked.failures:
            found = lookup.find(connected(), lookup.Inputs.model_validate(checked.inputs))
            getattr(response, "return").CopyFrom(encode(found.properties()))
        return response
