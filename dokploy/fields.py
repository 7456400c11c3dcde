"""Types of properties that several resources share: each brings its value into one canonical form."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from dokploy import dotenv, units
from dokploy.resource import Trait

PLACEHOLDER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that a preview does not know yet; no validator may refuse it."""


def _memory(text: str) -> str:
    return text if text == PLACEHOLDER else units.memory_text(units.memory_bytes(text))


def _cpu(text: str) -> str:
    return text if text == PLACEHOLDER else units.cpu_text(units.nano_cpus(text))


def _variables(variables: dict[str, str]) -> dict[str, str]:
    # References are looked at by those who know whether they are asked for.
    dotenv.dump(variables, allow_references=True)
    return variables


Id = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=255)]
Memory = Annotated[str, AfterValidator(_memory)]
Cpu = Annotated[str, AfterValidator(_cpu)]
Seconds = Annotated[float, Field(ge=0)]
Port = Annotated[int, Field(ge=1, le=65535)]
Variables = Annotated[dict[str, str], AfterValidator(_variables), Trait.SECRET]
