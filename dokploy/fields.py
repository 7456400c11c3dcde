"""Types of properties that several resources share: each brings its value into one canonical form."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from dokploy import dotenv, units
from dokploy.resource import Trait

PLACEHOLDER = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that a preview does not know yet; no validator may refuse it."""

_VOLUME_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)


_SMALLEST_MEMORY = "4Mi"


def refusal(reason: str) -> PydanticCustomError:
    """The error of a validator that leaves it to the caller to add the value, where that may be shown."""
    return PydanticCustomError("refused", "{reason}", {"reason": reason})


def _memory(text: str) -> str:
    if text == PLACEHOLDER:
        return text
    size = units.memory_bytes(text)
    if size < units.memory_bytes(_SMALLEST_MEMORY):
        raise ValueError(f"{units.memory_text(size)} is below the {_SMALLEST_MEMORY} that Docker needs")
    return units.memory_text(size)


def _cpu(text: str) -> str:
    return text if text == PLACEHOLDER else units.cpu_text(units.nano_cpus(text))


def _variables(variables: dict[str, str]) -> dict[str, str]:
    # References are looked at by those who know whether they are asked for.
    check_variables(variables, allow_references=True)
    return variables


def check_variables(variables: dict[str, str], *, allow_references: bool) -> None:
    """ValueError, which names the variable and never its value, where a container would not get them unchanged."""
    try:
        dotenv.dump(variables, allow_references=allow_references)
    except ValueError as error:
        raise ValueError(str(error).removeprefix("env").lstrip(": ")) from None


def _absolute(path: str) -> str:
    if path != PLACEHOLDER and not path.startswith("/"):
        raise refusal("has to start with /")
    return path


def _branch(branch: str) -> str:
    if not _BRANCH.fullmatch(branch):
        raise refusal("only letters, digits and . _ - / # are taken")
    return branch


def _described(text: str | None) -> str | None:
    # The marker follows the text, and is taken off again with the blanks before it.
    return (text or "").rstrip(" \t\r\n") or None


def _trimmed(name: str) -> str:
    if not name.strip():
        raise refusal("is blank")
    return name.rstrip(" \t\r\n")


def _cron(expression: str) -> str:
    """Checked before it is sent: Dokploy takes an invalid expression and never runs it."""
    if expression == PLACEHOLDER:
        return expression
    try:
        if len(expression.split()) != 5:
            raise CronSimError
        next(CronSim(expression, _ANY_TIME))
    except (CronSimError, StopIteration):
        raise ValueError(f"{expression!r} is not a cron expression of five fields that ever runs") from None
    return expression


def _timezone(name: str) -> str:
    if name != PLACEHOLDER:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{name!r} is not a time zone; use an IANA name such as Asia/Jakarta") from None
    return name


def _volume_name(name: str) -> str:
    """Dokploy takes a one-letter name and calls the deployment done; Swarm then rejects every task."""
    if name != PLACEHOLDER and not _VOLUME_NAME.fullmatch(name):
        raise ValueError(f"{name!r} has to be two or more of letters, digits, _ . - and start with a letter or digit")
    return name


_BRANCH = re.compile(r"[a-zA-Z0-9._\-/#]+")

Id = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(min_length=1, max_length=255)]
MarkedName = Annotated[Name, AfterValidator(_trimmed)]
"""The name of what has no description: the marker follows it in Dokploy, and is taken off again with blanks."""
Text = Annotated[str | None, AfterValidator(lambda text: text or None)]
"""A text that may be left out; Dokploy keeps an empty one and none at all alike."""
Description = Annotated[str | None, AfterValidator(_described)]
AbsolutePath = Annotated[str, AfterValidator(_absolute)]
Branch = Annotated[str, AfterValidator(_branch)]
Memory = Annotated[str, AfterValidator(_memory)]
Cpu = Annotated[str, AfterValidator(_cpu)]
Seconds = Annotated[float, Field(ge=0)]
Port = Annotated[int, Field(ge=1, le=65535)]
Variables = Annotated[dict[str, str], AfterValidator(_variables), Trait.SECRET]
CronExpression = Annotated[str, AfterValidator(_cron)]
Timezone = Annotated[str, AfterValidator(_timezone)]
VolumeName = Annotated[str, AfterValidator(_volume_name)]
