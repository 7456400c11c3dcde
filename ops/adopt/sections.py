"""Makes a section of the configuration from what was found, without what the section refuses."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from components.values import Value

V = TypeVar("V", bound=Value)


def valid(section: type[V], **values: Any) -> V:
    """The section with these values; None and what it refuses are left to its defaults."""
    known = {to_camel(key): value for key, value in values.items() if value is not None}
    try:
        return section.model_validate(known)
    except ValidationError as error:
        refused = {str(details["loc"][0]) for details in error.errors()}
        return section.model_validate({key: value for key, value in known.items() if key not in refused})


def written(section: Value) -> dict[str, Any]:
    """The section as it stands in the stack's file."""
    return section.model_dump(by_alias=True, exclude_none=True)
