"""What of a section can still be judged when some of it is invalid, so that one bad value hides no other problem."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from components.values.base import InvalidValueError


def adapter(field: FieldInfo) -> TypeAdapter[Any]:
    """Validates one field as it would be within its model."""
    # The metadata holds the validators that stand beside the field's type.
    annotated: Any = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    return TypeAdapter(annotated)


def valid_parts(field: FieldInfo, given: Any) -> Any:
    """The value of ``field`` as far as ``given`` is valid, for the rules between sections to judge.

    Raises ``InvalidValueError`` where nothing of it is, and so does whoever reads an invalid field of the result.
    """
    try:
        return adapter(field).validate_python(given, by_alias=True, by_name=False)
    except ValidationError:
        return _of_type(field.annotation, given)


def _of_type(kind: Any, given: Any) -> Any:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(given, list):
        return tuple(valid_parts(FieldInfo(annotation=inner[0]), one) for one in given)
    if origin is dict and isinstance(given, Mapping):
        return _entries(kind, given)
    kinds = inner if origin in (Union, UnionType) else (kind,)
    models = [one for one in kinds if isinstance(one, type) and issubclass(one, BaseModel)]
    if len(models) == 1 and isinstance(given, Mapping):
        return _fields(models[0], given)
    raise InvalidValueError(str(kind))


def _entries(kind: Any, given: Mapping[Any, Any]) -> dict[Any, Any]:
    """The entries of a map that are valid by themselves."""
    found: dict[Any, Any] = {}
    for key, value in given.items():
        try:
            found |= TypeAdapter(kind).validate_python({key: value})
        except ValidationError:
            continue
    return found


def _fields(model: type[BaseModel], given: Mapping[str, Any]) -> BaseModel:
    """The model with the fields that are valid, and the defaults of those that are not given."""
    known = {field.alias: field for field in model.model_fields.values()}
    kept = {key: value for key, value in given.items() if key in known}
    try:
        return model.model_validate(kept, by_alias=True, by_name=False)  # a key that nobody knows was all
    except ValidationError as error:
        if any(details["loc"] == () for details in error.errors()):
            raise InvalidValueError(model.__name__) from None  # each field is valid, and all together are not
    part = model.model_construct()
    for name, field in model.model_fields.items():
        if field.alias in kept:
            part.__dict__.pop(name, None)
            try:
                part.__dict__[name] = valid_parts(field, kept[field.alias])
            except InvalidValueError:
                continue
    return part
