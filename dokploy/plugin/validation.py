"""Checks inputs against a resource's model, also those of a preview, in which some values are not known yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from dokploy.plugin.loading import load
from dokploy.plugin.properties import Path, Secrets, path_text, unknown_paths
from dokploy.plugin.traits import secret_paths
from dokploy.resource import Model

_LONGEST_SHOWN = 60
"""Characters of a value that are shown; nobody looks for a mistake in more."""


@dataclass(frozen=True)
class Failure:
    """One property that is not acceptable (empty: several together), and why, without the value of a secret."""

    property: str
    reason: str

    def __str__(self) -> str:
        return f"{self.property}: {self.reason}" if self.property else self.reason


@dataclass(frozen=True)
class Checked:
    """`inputs` in canonical form: defaults filled in, sizes in one spelling, so that equal inputs never differ."""

    inputs: dict[str, Any]
    failures: list[Failure] = field(default_factory=list)


def check(
    model: type[Model],
    properties: dict[str, Any],
    marked: Secrets = frozenset(),
    *,
    whole: str = "property of this resource",
) -> Checked:
    """Validate the inputs, of which the program has `marked` these as secret. What is wrong only because a value is
    unknown is judged later, when it is known. `whole` says what a misspelt name is none of."""
    hidden = secret_paths(model, properties) | marked
    unknown = unknown_paths(properties)
    if nul := [path_text(path) for path, text in _texts(properties, ()) if "\0" in text]:
        failures = [Failure(path, "holds a NUL character, which Dokploy's database cannot keep") for path in nul]
        return Checked(load(model, properties).properties(), failures)
    try:
        return Checked(model.model_validate(properties).properties())
    except ValidationError as error:
        failures = [
            Failure(
                path_text(path), _reason(detail, whole, hidden=any(path[: len(secret)] == secret for secret in hidden))
            )
            for detail in error.errors(include_url=False)
            if not _depends_on_unknown(path := tuple(detail["loc"]), unknown)
        ]
    return Checked(load(model, properties).properties(), failures)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts(item, (*path, index))


def _depends_on_unknown(path: Path, unknown: set[Path]) -> bool:
    if not path:
        return bool(unknown)
    return any(path[: len(other)] == other or other[: len(path)] == path for other in unknown)


def _reason(detail: Any, whole: str, *, hidden: bool) -> str:
    """What is wrong. A message of pydantic names a type or a limit, never the value, which is added unless secret;
    this project's own validators name it where that helps."""
    kind, text = detail["type"], str(detail["msg"])
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return f"is no {whole}; check the spelling"
    if kind == "value_error":
        return text.removeprefix("Value error, ")
    reason = text if kind == "refused" else text[:1].lower() + text[1:]
    shown = isinstance(detail["input"], int | float | str) and len(str(detail["input"])) <= _LONGEST_SHOWN
    return f"{reason} (given: {detail['input']!r})" if shown and not hidden else reason
