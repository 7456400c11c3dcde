"""Reads values that were judged before or will be judged later: none of them may stop an operation here.

State may have been written by an older version, or hold what a server holds although this provider would not send
it; the inputs of a preview have unknown values in the place of numbers and blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from dokploy.plugin.traits import block_of
from dokploy.resource import Model

M = TypeVar("M", bound=Model)


def load(model: type[M], values: Mapping[str, Any]) -> M:
    """The model of these values, each brought into canonical form where it is valid and left as it is elsewhere.

    Properties that the model does not know are dropped; a required one that is missing becomes None.
    """
    known = {key: value for key, value in values.items() if key in _properties(model)}
    try:
        return model.model_validate(known)
    except ValidationError:
        fields = {name: _field(model, name, known) for name in model.model_fields}
        return cast(M, model.model_construct(**fields))


def _field(model: type[Model], name: str, values: Mapping[str, Any]) -> Any:
    info = model.model_fields[name]
    key = info.alias or name
    if key not in values:
        return None if info.is_required() else info.get_default(call_default_factory=True)
    value = values[key]
    try:
        return _adapter(model, name).validate_python(value)
    except ValidationError:
        block = block_of(info.annotation)
        return load(block, value) if block is not None and isinstance(value, dict) else value


def _properties(model: type[Model]) -> set[str]:
    return {info.alias or name for name, info in model.model_fields.items()}


@cache
def _adapter(model: type[Model], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    annotation: Any = info.annotation
    return TypeAdapter(Annotated[(annotation, *info.metadata)] if info.metadata else annotation)
