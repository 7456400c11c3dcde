"""What a model's fields say of themselves: which are secret, and which replace the object when they change."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Union, get_args, get_origin

from dokploy.plugin.properties import Path
from dokploy.resource import Model, Trait


def secret_paths(model: type[Model], value: dict[str, Any]) -> frozenset[Path]:
    """Where `value`, the properties of `model`, holds secrets: each value of a secret map by itself, so that a
    difference names the key and hides the value."""
    return frozenset(path for path, _ in _secret_paths(model, value, ()))


def secret_texts(model: type[Model], value: dict[str, Any]) -> frozenset[Path]:
    """Those of them that are a text of their own, and no entry of a map."""
    return frozenset(path for path, is_entry in _secret_paths(model, value, ()) if not is_entry)


def replacing_fields(model: type[Model]) -> set[str]:
    """The properties (camelCase) whose change replaces the object."""
    return {info.alias or name for name, info in model.model_fields.items() if Trait.REPLACES in info.metadata}


def is_secret(annotation: Any, metadata: list[Any]) -> bool:
    """Whether a field is marked secret, on itself or in its optional type."""
    return Trait.SECRET in metadata or any(
        Trait.SECRET in getattr(part, "__metadata__", ()) for part in _union_parts(annotation)
    )


def block_of(annotation: Any) -> type[Model] | None:
    """The model of a field that is a block of properties, such as `healthCheck`."""
    for part in _union_parts(annotation):
        if isinstance(part, type) and issubclass(part, Model):
            return part
    return None


def bare(annotation: Any) -> Any:
    """The type under Optional and Annotated."""
    parts = [part for part in _union_parts(annotation) if part is not type(None)]
    part = parts[0] if len(parts) == 1 else annotation
    return bare(get_args(part)[0]) if get_origin(part) is Annotated else part


def _union_parts(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, types.UnionType):
        return get_args(annotation)
    return (annotation,)


def _secret_paths(model: type[Model], value: dict[str, Any], path: Path) -> Iterator[tuple[Path, bool]]:
    for name, info in model.model_fields.items():
        key = info.alias or name
        item = value.get(key)
        if item is None:
            continue
        if is_secret(info.annotation, info.metadata):
            if isinstance(item, dict):
                yield from (((*path, key, inner), True) for inner in item)
            else:
                yield (*path, key), False
        elif (block := block_of(info.annotation)) is not None and isinstance(item, dict):
            yield from _secret_paths(block, item, (*path, key))
