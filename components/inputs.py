"""What a component shows to the engine: its arguments as plain JSON values, which is what policies judge."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pulumi
from pydantic import BaseModel, SecretStr

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

HIDDEN = MappingProxyType({"hidden": True})
"""Metadata of a field of a component's arguments that is no input of the deployment, or is secret."""


def visible(args: DataclassInstance) -> dict[str, Any]:
    """The fields of ``args`` that are not hidden, flattened. A secret there is a mistake in the program."""
    return {
        field.name: _plain(getattr(args, field.name))
        for field in dataclasses.fields(args)
        if not field.metadata.get("hidden")
    }


def _plain(value: Any) -> Any:
    match value:
        case SecretStr():
            raise TypeError("a secret must not be shown to the engine as an input of a component")
        case None | str() | bool() | int() | float() | pulumi.Output():
            return value
        case BaseModel():
            fields = {name: getattr(value, name) for name in type(value).model_fields}
            return {name: _plain(_named(inner)) for name, inner in fields.items() if not isinstance(inner, SecretStr)}
        case Mapping():
            return {key: _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return visible(value)
        case _:
            raise TypeError(f"{type(value).__name__} cannot be shown to the engine")


def _named(value: Any) -> Any:
    """Of a map of secrets the names; everything else as it is."""
    if isinstance(value, Mapping) and value and all(isinstance(inner, SecretStr) for inner in value.values()):
        return sorted(value)
    return value
