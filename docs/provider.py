"""Writes docs/provider.md from the provider's package schema: `python -m docs.provider`, or `make docs`.

The schema comes from the resources' own models, in this process: no engine is needed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.identities import IDENTITIES
from dokploy.lookups import LOOKUPS
from dokploy.plugin.schema import package_schema
from dokploy.resources import RESOURCES

PAGE = Path(__file__).with_name("provider.md")

_REPLACES = " Changing it replaces the resource."
"""What the schema appends to a description; the page has a column for it."""

Schema = dict[str, Any]


def page() -> str:
    """The whole page, as it has to lie in docs/provider.md."""
    return "\n".join(_page(package_schema(RESOURCES, LOOKUPS))) + "\n"


def _page(schema: Schema) -> Iterator[str]:
    yield "# The dokploy provider"
    yield ""
    yield "<!-- Made by `make docs` from the provider's schema. Change the models in dokploy/, not this page. -->"
    yield ""
    yield f"{schema['description']} Version {schema['version']}, for Dokploy 0.30 or later."
    yield ""
    yield from _introduction(schema)
    yield ""
    yield "## Contents"
    yield ""
    yield f"Resources: {_links(schema['resources'])}."
    yield ""
    yield f"Look-ups: {_links(schema['functions'])}."
    for token, resource in schema["resources"].items():
        yield ""
        yield from _resource(_name(token), token, resource, schema)
    for token, function in schema["functions"].items():
        yield ""
        yield from _function(_name(token), token, function, schema)


def _introduction(schema: Schema) -> Iterator[str]:
    yield "```yaml"
    yield "# Pulumi.yaml of a program that uses it"
    yield "plugins:"
    yield "  providers:"
    yield "    - name: dokploy"
    yield "      path: ./dokploy"
    yield "```"
    yield ""
    yield (
        "The Python SDK is `pulumi_dokploy` in `sdks/dokploy`. Properties are written here as in YAML and in the "
        "state (`memoryLimit`); in Python they are `memory_limit`. `examples/provider` is a whole program."
    )
    yield ""
    yield (
        "Memory is text in `Mi` or `Gi`, CPU in millicores (`1000m`) or cores (`1`), and every duration is a number "
        "of seconds; what Dokploy keeps instead is the provider's business. What is marked secret is encrypted in the "
        "state and blanked in messages. What is marked *replaces* cannot be changed in place: a new object is made."
    )
    yield ""
    yield (
        "Dokploy's names are not unique, and a request whose answer is lost has been carried out all the same. So "
        "an object carries a mark wherever Dokploy has a field for it: `[pulumi:0123456789abcdef]`, made of the "
        "resource's URN and what replaces it. After an interruption the next `up` looks for the mark and takes up "
        "what it finds. The mark is hidden from inputs and outputs."
    )
    yield ""
    yield (
        "A server or database that is away, as during a restart, is waited for: reads, and writes that are known not "
        "to have been carried out or may be repeated, are tried for up to 15 seconds. A `Retry-After` is honoured up "
        "to 60 seconds. What then still fails is one line, and the next `up` goes on from there."
    )
    yield ""
    yield "## Configuration"
    yield ""
    settings = schema["provider"]["inputProperties"]
    yield from _outputs({f"dokploy:{key}": spec for key, spec in settings.items()}, schema)


def _resource(name: str, token: str, resource: Schema, schema: Schema) -> Iterator[str]:
    identity = IDENTITIES[name]
    yield f"## {name}"
    yield ""
    yield resource["description"]
    yield ""
    yield f"Type `{token}`. Import id: {identity.id}. Mark: {identity.marker}."
    yield ""
    yield "Inputs:"
    yield ""
    yield from _inputs(resource["inputProperties"], resource["requiredInputs"], schema)
    added = {key: spec for key, spec in resource["properties"].items() if key not in resource["inputProperties"]}
    yield ""
    if not added:
        yield "Outputs: the inputs and `id`."
        return
    yield "Outputs besides the inputs and `id`:"
    yield ""
    yield from _outputs(added, schema)


def _function(name: str, token: str, function: Schema, schema: Schema) -> Iterator[str]:
    yield f"## {name}"
    yield ""
    yield function["description"]
    yield ""
    yield f"Function `{token}`. Nothing or more than one object of that name is an error."
    yield ""
    yield from _inputs(function["inputs"]["properties"], function["inputs"]["required"], schema)
    yield ""
    yield "It returns:"
    yield ""
    yield from _outputs(function["outputs"]["properties"], schema)


def _inputs(properties: Schema, required: list[str], schema: Schema) -> Iterator[str]:
    yield "| property | type | default | notes | what it is |"
    yield "|---|---|---|---|---|"
    yield from _rows("", properties, required, schema)


def _rows(prefix: str, properties: Schema, required: list[str], schema: Schema) -> Iterator[str]:
    """One row a property, and below a block the rows of its own properties."""
    for key, spec in properties.items():
        default = "**required**" if key in required else _value(spec["default"]) if "default" in spec else ""
        notes = [note for note, mark in (("secret", "secret"), ("replaces", "willReplaceOnChanges")) if spec.get(mark)]
        what = _cell(spec["description"].removesuffix(_REPLACES))
        yield f"| `{prefix}{key}` | {_type(spec, schema)} | {default} | {', '.join(notes)} | {what} |"
        block, step = _block(spec, schema)
        if block is not None:
            yield from _rows(f"{prefix}{key}{step}.", block["properties"], block["required"], schema)


def _outputs(properties: Schema, schema: Schema) -> Iterator[str]:
    yield "| property | type | notes | what it is |"
    yield "|---|---|---|---|"
    for key, spec in properties.items():
        secret = "secret" if spec.get("secret") else ""
        yield f"| `{key}` | {_type(spec, schema)} | {secret} | {_cell(spec['description'])} |"


def _type(spec: Schema, schema: Schema) -> str:
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "boolean"}
    if "oneOf" in spec:
        spec = spec["oneOf"][-1]
    if "$ref" in spec:
        named = schema["types"][spec["$ref"].removeprefix("#/types/")]
        return "block" if named["type"] == "object" else ", ".join(f"`{each['value']}`" for each in named["enum"])
    if spec["type"] == "array":
        return f"list of {_type(spec['items'], schema)}"
    if spec["type"] == "object":
        return f"map of {_type(spec['additionalProperties'], schema)}"
    return names[spec["type"]]


def _block(spec: Schema, schema: Schema) -> tuple[Schema | None, str]:
    """The block that a property holds, or a list or map of it, and how its properties are reached."""
    for step, inner in (("", spec), ("[]", spec.get("items", {})), (".*", spec.get("additionalProperties", {}))):
        named = schema["types"].get(inner.get("$ref", "").removeprefix("#/types/"))
        if named is not None and named["type"] == "object":
            return named, step
    return None, ""


def _value(value: object) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _links(tokens: Schema) -> str:
    return ", ".join(f"[{_name(token)}](#{_name(token).lower()})" for token in tokens)


def _name(token: str) -> str:
    return token.rsplit(":", 1)[1]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
