"""The package schema, made from the resources' models: what `pulumi package get-schema ./dokploy` prints."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from dokploy import VERSION
from dokploy.lookup import Lookup
from dokploy.plugin.traits import bare, block_of, is_secret
from dokploy.resource import Model, Resource, Trait

CONFIGURATION: dict[str, Any] = {
    "url": {
        "type": "string",
        "description": "Address of the Dokploy server, such as https://dokploy.example.com. "
        "Or set DOKPLOY_URL in the environment.",
        "defaultInfo": {"environment": ["DOKPLOY_URL"]},
    },
    "apiKey": {
        "type": "string",
        "description": "API key of an owner or admin of the organisation, made without a rate limit. "
        "Or set DOKPLOY_API_KEY in the environment, which keeps it out of the state.",
        "secret": True,
        "defaultInfo": {"environment": ["DOKPLOY_API_KEY"]},
    },
}


def package_schema(resources: Iterable[Resource[Any, Any]], lookups: Iterable[Lookup[Any, Any]]) -> dict[str, Any]:
    """Pulumi's package schema of the provider, all its resources and all its look-ups."""
    types: dict[str, Any] = {}
    return {
        "name": "dokploy",
        "displayName": "Dokploy",
        "version": VERSION,
        "description": "Projects, applications and what belongs to them on a self-hosted Dokploy server.",
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "language": {
            "python": {
                "packageName": "pulumi_dokploy",
                "readme": "",
                "respectSchemaVersion": True,
                "pyproject": {"enabled": True},
            }
        },
        "config": {"variables": {key: _without_default(value) for key, value in CONFIGURATION.items()}},
        "provider": {
            "description": "The Dokploy server that the resources live on.",
            "inputProperties": CONFIGURATION,
        },
        "resources": {resource.token(): _resource(resource, types) for resource in resources},
        "functions": {lookup.token(): _function(lookup, types) for lookup in lookups},
        "types": types,
    }


def _without_default(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != "defaultInfo"}


def _resource(resource: Resource[Any, Any], types: dict[str, Any]) -> dict[str, Any]:
    inputs, required = _properties(resource.Inputs, resource.name, types)
    outputs, _ = _properties(resource.Outputs, resource.name, types)
    # An input that is always there after Check is always there in the state.
    always = [
        info.alias or name
        for name, info in resource.Inputs.model_fields.items()
        if info.is_required() or (info.default is not None and info.default_factory is None)
    ]
    state = {key: {k: v for k, v in value.items() if k != "secret"} for key, value in inputs.items()}
    return {
        "description": inspect.cleandoc(resource.__doc__ or ""),
        "inputProperties": inputs,
        "requiredInputs": sorted(required),
        "properties": {**state, **outputs},
        "required": sorted({*always, *resource.schema_outputs()}),
    }


def _function(lookup: Lookup[Any, Any], types: dict[str, Any]) -> dict[str, Any]:
    prefix = _pascal(lookup.name)
    inputs, required = _properties(lookup.Inputs, prefix, types)
    outputs, always = _properties(lookup.Outputs, prefix, types)
    return {
        "description": inspect.cleandoc(lookup.__doc__ or ""),
        "inputs": {"type": "object", "properties": inputs, "required": sorted(required)},
        "outputs": {"type": "object", "properties": outputs, "required": sorted(always)},
    }


def _properties(model: type[Model], prefix: str, types: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    properties = {info.alias or name: _property(name, info, prefix, types) for name, info in model.model_fields.items()}
    required = [info.alias or name for name, info in model.model_fields.items() if info.is_required()]
    return properties, required


def _property(name: str, info: FieldInfo, prefix: str, types: dict[str, Any]) -> dict[str, Any]:
    if not info.description:
        raise ValueError(f"{prefix}.{name} has no description")
    spec = {**_type(info.annotation, prefix, name, types), "description": info.description}
    if is_secret(info.annotation, info.metadata):
        spec["secret"] = True
    if Trait.REPLACES in info.metadata:
        spec["willReplaceOnChanges"] = True
        spec["description"] += " Changing it replaces the resource."
    if isinstance(info.default, str | int | float | bool):
        spec["default"] = info.default
    return spec


def _type(annotation: Any, prefix: str, name: str, types: dict[str, Any]) -> dict[str, Any]:
    annotation = bare(annotation)
    if (block := block_of(annotation)) is not None:
        return _reference(block, f"{prefix}{_pascal(name)}", types)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return _enum(args, f"{prefix}{_pascal(name)}", types)
    if origin is list:
        return {"type": "array", "items": _type(args[0], prefix, name, types)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _type(args[1], prefix, name, types)}
    return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[annotation]}


def _reference(block: type[Model], name: str, types: dict[str, Any]) -> dict[str, Any]:
    token = f"dokploy:index:{name}"
    if token not in types:
        properties, required = _properties(block, name, types)
        types[token] = {
            "type": "object",
            "description": inspect.cleandoc(block.__doc__ or ""),
            "properties": properties,
            "required": sorted(required),
        }
    return {"$ref": f"#/types/{token}"}


def _enum(values: tuple[str, ...], name: str, types: dict[str, Any]) -> dict[str, Any]:
    token = f"dokploy:index:{name}"
    types[token] = {
        "type": "string",
        "enum": [{"name": _pascal(value.replace("-", "_")), "value": value} for value in values],
    }
    # Either form, so that a plain string stays as good as the enumeration's member.
    return {"type": "string", "oneOf": [{"type": "string"}, {"$ref": f"#/types/{token}"}]}


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
