"""Turns pydantic's errors into the project's sentences: ``key: what is wrong; the way out``."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

_KINDS = {
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text in quotes",
    "bool_type": "true or false",
    "dict_type": "a map of keys and values",
    "model_type": "a map of keys and values",
    "model_attributes_type": "a map of keys and values",
    "list_type": "a list",
    "tuple_type": "a list",
}


_SECRET_KEYS = frozenset(
    {"password", "webhookUrl", "botToken", "appToken", "accessToken", "endpoint", "accessKey", "secretKey", "users"}
)
"""Keys whose values no sentence shows. An address of S3 is among them, since one of alerts has the same name."""


class SettingsError(Exception):
    """The configuration cannot be used. ``problems`` has one line each, without the value of a secret."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        count = f"{len(self.problems)} problem{'' if len(self.problems) == 1 else 's'}"
        super().__init__(f"the configuration has {count}:\n" + "\n".join(f"  - {line}" for line in self.problems))


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The sentence for a key that nothing reads, with the nearest one that something reads."""
    names = sorted(known)
    near = difflib.get_close_matches(key.rsplit(".", 1)[-1], names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the known keys are {', '.join(names)}"
    return f"{key}: unknown key; {hint}"


def sentences(section: str, error: ValidationError, annotation: object, *, secret: bool) -> list[str]:
    """One sentence for each error in ``section``, whose type is ``annotation``; no values when ``secret``."""
    model = _model_in(annotation)
    return [_sentence(section, details, model, secret=secret) for details in error.errors(include_url=False)]


def _sentence(section: str, details: ErrorDetails, model: type[BaseModel] | None, *, secret: bool) -> str:
    path = [part for part in details["loc"] if part != "[key]"]
    key = section + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    kind, context, value = details["type"], details.get("ctx", {}), details["input"]
    secret = secret or not _SECRET_KEYS.isdisjoint(str(part) for part in path)
    given = "" if secret or isinstance(value, dict | list) else f", not {value!r}"
    match kind:
        case "value_error":
            return f"{key}: {context['error']}"
        case "extra_forbidden":
            return unknown_key(key, _known(model, path[:-1]))
        case "missing":
            return f"{key}: is not set; add it to the stack's configuration"
        case "literal_error":
            return f"{key}: must be {context['expected']}{given}"
        case "string_pattern_mismatch":
            return f"{key}: must look like {context['pattern']}{given}"
        case _ if kind in _KINDS:
            if value is None or value == "":
                return f"{key}: is empty; write {_KINDS[kind]} there, or take the key out"
            shape = f", not {type(value).__name__}" if not given and not secret else given
            return f"{key}: must be {_KINDS[kind]}{shape}"
        case _:
            return f"{key}: {details['msg']}{given}"


def _known(model: type[BaseModel] | None, path: Sequence[str | int]) -> list[str]:
    """The keys that the model at ``path`` below ``model`` reads."""
    for part in path:
        if model is None or isinstance(part, int):
            continue
        field = next((f for n, f in model.model_fields.items() if part in (n, f.alias)), None)
        model = _model_in(field.annotation) if field else None
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model inside ``Model``, ``Model | None`` or ``tuple[Model, ...]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found:
            return found
    return None
