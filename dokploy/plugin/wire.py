"""Properties of resources as they come from the engine and go back: secrets marked, and blanked from then on."""

from __future__ import annotations

from typing import Any

from dokploy.plugin.blanking import Blanking
from dokploy.plugin.failures import kept_on_failure
from dokploy.plugin.loading import load
from dokploy.plugin.properties import UNKNOWN, Secrets, decode, encode
from dokploy.plugin.traits import secret_paths
from dokploy.resource import Resource, State

AnyResource = Resource[Any, Any]


class Wire:
    """Remembers every secret that passes, so that no line shows it."""

    def __init__(self, blanking: Blanking) -> None:
        self._blanking = blanking

    def inputs(self, resource: AnyResource, properties: Any) -> tuple[dict[str, Any], Secrets]:
        """The values, and what the program marked as secret."""
        values, secrets = decode(properties)
        self._blanking.remember(resource.Inputs, values, secrets)
        return values, secrets

    def state(self, resource: AnyResource, id: str, properties: Any, old_inputs: Any) -> State[Any, Any]:
        """What the engine keeps of an object."""
        inputs, outputs = self.inputs(resource, old_inputs)[0], decode(properties)[0]
        return State(id=id, inputs=load(resource.Inputs, inputs), outputs=load(resource.Outputs, outputs))

    def encode_inputs(self, resource: AnyResource, inputs: dict[str, Any], secrets: Secrets) -> Any:
        return encode(inputs, _secrets(resource, inputs, secrets))

    def encode_state(self, resource: AnyResource, state: State[Any, Any], secrets: Secrets) -> Any:
        inputs, outputs = state.inputs.properties(), state.outputs.properties()
        # What was read may be a secret that the program never had: one typed in Dokploy's UI, or that of an import.
        self._blanking.remember(resource.Inputs, inputs, frozenset())
        marked = _secrets(resource, inputs, secrets) | secret_paths(resource.Outputs, outputs)
        return encode({**inputs, **outputs}, marked)

    def encode_preview(
        self,
        resource: AnyResource,
        inputs: dict[str, Any],
        secrets: Secrets,
        known: dict[str, Any],
        unknown: set[str],
    ) -> Any:
        """What an object will be, as far as that is known before it is made or changed."""
        outputs = {**known, **dict.fromkeys(unknown, UNKNOWN)}
        return encode({**inputs, **outputs}, _secrets(resource, inputs, secrets))

    def carrying_out(self, resource: AnyResource, secrets: Secrets) -> Any:
        """While this runs, an object that exists but is not in order is handed to the engine."""
        return kept_on_failure(
            lambda state: self.encode_state(resource, state, secrets),
            lambda state: self.encode_inputs(resource, state.inputs.properties(), secrets),
        )


def _secrets(resource: AnyResource, inputs: dict[str, Any], given: Secrets) -> Secrets:
    """What is secret by its type, and what the program marked. A secret map whose values are marked one by one
    is not marked as a whole as well, so that differences name the key."""
    by_type = secret_paths(resource.Inputs, inputs)
    whole = {path[:-1] for path in by_type if len(path) > 1}
    return by_type | {path for path in given if path not in whole}
