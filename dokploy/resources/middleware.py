"""A Traefik middleware: headers, rate limits, allow-lists, in front of an application's domains."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any

import yaml
from pydantic import Field, field_validator

from dokploy.errors import DokployError, Invalid
from dokploy.fields import PLACEHOLDER
from dokploy.resource import Context, Model, Resource, State, Trait

FOLDER = "/etc/dokploy/traefik/dynamic"
"""The only folder that is written to: Dokploy does not check the path and would write anywhere on the host."""
REMOVED = "# removed by Pulumi\n"
"""What a removed file holds. Dokploy has no call that deletes one, and refuses an empty one."""


_ID = re.compile(r"[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?-[0-9a-f]{8}")


class MiddlewareInputs(Model):
    """What a middleware is asked to be."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,40}[a-z0-9])?$"), Trait.REPLACES] = Field(
        description="Lower-case letters, digits and hyphens. A suffix of the stack's own is added, so that two stacks "
        "on one server do not meet."
    )
    configuration: str = Field(
        description="Traefik's configuration of one middleware as YAML or JSON text, such as "
        '`{"rateLimit": {"average": 100, "burst": 50}}`.'
    )

    @field_validator("configuration")
    @classmethod
    def _is_one_middleware(cls, text: str) -> str:
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as error:
            line = getattr(getattr(error, "problem_mark", None), "line", 0) + 1
            raise ValueError(f"is not YAML: line {line}") from None
        if text == PLACEHOLDER:
            return text
        if not isinstance(value, dict) or len(value) != 1 or not isinstance(next(iter(value.values())), dict):
            raise ValueError("has to be one middleware by its kind, such as rateLimit: {average: 100}")
        return _canonical(value)


class MiddlewareOutputs(Model):
    """What Traefik knows it by."""

    reference: str = Field(description="Name for a Domain's middlewares, such as `headers-1a2b3c4d@file`.")


MiddlewareState = State[MiddlewareInputs, MiddlewareOutputs]


class Middleware(Resource[MiddlewareInputs, MiddlewareOutputs]):
    """A Traefik middleware in a file of its own, read back after every write: Dokploy says yes to a write that fails.

    Removing it leaves a file with a comment, since Dokploy cannot delete one.
    """

    name = "Middleware"
    Inputs = MiddlewareInputs
    Outputs = MiddlewareOutputs

    def create(self, ctx: Context, inputs: MiddlewareInputs) -> MiddlewareState:
        # The name holds the URN: writing it again after an interruption is the same file.
        id = f"{inputs.name}-{hashlib.sha256(ctx.urn.encode()).hexdigest()[:8]}"
        return self._write(ctx, id, inputs)

    def read(
        self, ctx: Context, id: str, inputs: MiddlewareInputs | None, outputs: MiddlewareOutputs | None
    ) -> MiddlewareState | None:
        text = ctx.server.read("settings.readTraefikFile", path=_path(id))
        if not text:
            return None
        if text == REMOVED:
            return None
        configuration = _configuration(text, id)
        name = inputs.name if inputs else id.rsplit("-", 1)[0]
        known = MiddlewareInputs.model_construct(name=name, configuration=configuration)
        return State(id=id, inputs=known, outputs=MiddlewareOutputs(reference=f"{id}@file"))

    def update(self, ctx: Context, state: MiddlewareState, inputs: MiddlewareInputs) -> MiddlewareState:
        return self._write(ctx, state.id, inputs)

    def delete(self, ctx: Context, state: MiddlewareState) -> None:
        with ctx.server.traefik:
            if ctx.server.query("settings.readTraefikFile", path=_path(state.id)) is not None:
                _write(ctx, state.id, REMOVED)

    def _write(self, ctx: Context, id: str, inputs: MiddlewareInputs) -> MiddlewareState:
        text = yaml.safe_dump({"http": {"middlewares": {id: yaml.safe_load(inputs.configuration)}}}, sort_keys=False)
        with ctx.server.traefik:
            _write(ctx, id, text)
        return State(id=id, inputs=inputs, outputs=MiddlewareOutputs(reference=f"{id}@file"))


def _write(ctx: Context, id: str, text: str) -> None:
    path = _path(id)
    ctx.server.write("settings.updateTraefikFile", {"path": path, "traefikConfig": text}, repeatable=True)
    if ctx.server.query("settings.readTraefikFile", path=path) != text:
        raise DokployError(f"Dokploy did not write {path}, although it says so; does the folder exist on the server?")


def _configuration(text: str, id: str) -> str:
    """The middleware in the file's text; the text itself where it holds anything else."""
    try:
        found = yaml.safe_load(text)
        middleware = found["http"]["middlewares"][id]
    except (yaml.YAMLError, KeyError, TypeError):
        return text
    return _canonical(middleware) if found == {"http": {"middlewares": {id: middleware}}} else text


def _path(id: str) -> str:
    if not _ID.fullmatch(id):
        # Dokploy's own files and those of its applications lie in the same folder.
        raise Invalid(f"{id!r} is not the id of a middleware; such an id is headers-1a2b3c4d")
    return f"{FOLDER}/{id}.yml"


def _canonical(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10_000).strip()
