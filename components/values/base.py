"""What every value of the configuration has in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class InvalidValueError(Exception):
    """A value was read that the configuration gives no valid one for; whatever asked for it cannot be judged."""


class Value(BaseModel):
    """A frozen value of the configuration: camelCase keys in YAML, no unknown key, no silent conversion."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )

    if not TYPE_CHECKING:  # or every name would be an attribute

        def __getattr__(self, name: str) -> Any:
            """Reached for a field that ``components.valid_parts`` has left out."""
            if name in type(self).model_fields:
                raise InvalidValueError(name)
            return super().__getattr__(name)
