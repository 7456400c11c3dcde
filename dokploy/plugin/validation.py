"""Checks inputs against a resource's model, also those of a preview, in which some values are not known yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from dokploy.plugin.loading import load
from dokploy.plugin.properties import Path, path_text, unknown_paths
from dokploy.resource import Model


@dataclass(frozen=True)
class Failure:
    """One property that is not acceptable, and why, without its value."""

    property: str
    reason: str


@dataclass(frozen=True)
class Checked:
    """`inputs` in canonical form: defaults filled in, sizes in one spelling, so that equal inputs never differ."""

    inputs: dict[str, Any]
    failures: list[Failure] = field(default_factory=list)


def check(model: type[Model], properties: dict[str, Any]) -> Checked:
    """Validate the inputs. What is wrong only because a value is unknown is judged later, when it is known."""
    unknown = unknown_paths(properties)
    try:
        return Checked(model.model_validate(properties).properties())
    except ValidationError as error:
        failures = [
            Failure(path_text(path), _reason(detail))
            for detail in error.errors(include_input=False, include_url=False)
            if not _depends_on_unknown(path := tuple(detail["loc"]), unknown)
        ]
    # A message of pydantic names a type or a limit, never the value; the values of this project's own validators
    # are their own care. So a failure may be shown even where the property is secret.
    return Checked(load(model, properties).properties(), failures)


def _depends_on_unknown(path: Path, unknown: set[Path]) -> bool:
    if not path:
        return bool(unknown)
    return any(path[: len(other)] == other or other[: len(path)] == path for other in unknown)


def _reason(detail: Any) -> str:
    kind, text = detail["type"], str(detail["msg"])
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return "is not a property of this resource; check the spelling"
    if kind == "value_error":
        return text.removeprefix("Value error, ")
    return text[:1].lower() + text[1:]
