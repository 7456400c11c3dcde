"""The types of single configuration values: what may be written, and the sentence that says why not.

Every validator raises ``ValueError`` with the value, the limit and the way out; the key is put in front by
``components.messages``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Annotated
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BeforeValidator

MOST_CORES = 512
"""More are a mistake in the unit."""
_FEW_MEBIBYTES = 512
"""Whoever writes less without a unit means GiB."""
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_QUANTITY = re.compile(r"([1-9][0-9]*)(Mi|Gi)")
_CPU = re.compile(r"(?:([1-9][0-9]*)m|([0-9]+(?:\.[0-9]{1,3})?))")
_PATH = re.compile(r"/[A-Za-z0-9._/-]*")
_VOLUME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}[a-z0-9]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def mebibytes(quantity: str) -> int:
    """The size of ``2048Mi`` or ``10Gi`` in MiB."""
    found = _QUANTITY.fullmatch(quantity)
    if quantity.isdecimal():
        unit = "Mi" if int(quantity) >= _FEW_MEBIBYTES else "Gi"
        raise ValueError(f"{quantity} has no unit; write it like {quantity}{unit}")
    if found is None:
        raise ValueError(f"{quantity!r} is not a size; write it like 2048Mi or 10Gi")
    return int(found[1]) * (1024 if found[2] == "Gi" else 1)


def millicores(quantity: str) -> int:
    """The share of ``1000m`` or ``1.5`` in thousandths of a core."""
    found = _CPU.fullmatch(quantity)
    cores = 0 if found is None else int(found[1]) if found[1] else round(float(found[2]) * 1000)
    if cores <= 0:
        raise ValueError(f"{quantity!r} is not a number of cores; write it like 1000m or 1.5")
    return cores


def _host(name: str) -> str:
    labels = name.split(".")
    if "_" in name:
        raise ValueError(f"{name!r} has an underscore, which no certificate authority accepts; use a hyphen")
    if "/" in name or ":" in name:
        raise ValueError(f"{name!r} is not a bare host name; leave out the scheme, the port and the path")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(
            f"{name!r} is not a host name; write it in lower case like chat.company.com, "
            "each part 1 to 63 letters, digits and inner hyphens"
        )
    if labels[-1].isdigit():
        raise ValueError(f"{name!r} is an address, not a name; certificates are issued for names")
    return name


def _cron(expression: str) -> str:
    if len(expression.split()) != 5:
        raise ValueError(
            f"{expression!r} is not a cron expression of 5 fields (minute hour day month weekday); "
            "write it like '0 2 * * *'"
        )
    if "#" in expression or "L" in re.findall(r"[A-Za-z]+", expression):
        raise ValueError(f"{expression!r} uses L or #, which not every cron understands; write it without")
    try:
        CronSim(expression, datetime(2024, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        raise ValueError(f"{expression!r} is not a cron expression: {error}; write it like '0 2 * * *'") from None
    return expression


def _timezone(name: str) -> str:
    if name != "UTC":  # needs no database of zones
        try:
            ZoneInfo(name)
        except (OSError, ValueError, LookupError):
            raise ValueError(f"{name!r} is not a time zone; write it like UTC or Asia/Jakarta") from None
    return name


def _mount_path(path: str) -> str:
    if not _PATH.fullmatch(path) or ".." in PurePosixPath(path).parts:
        raise ValueError(
            f"{path!r} is not an absolute path of letters, digits, dots, hyphens and underscores; "
            "write it like /app/data/db"
        )
    return str(PurePosixPath("/" + path.strip("/")))


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is not a name of 2 to 32 lower-case letters, digits and inner hyphens")
    return text


def _volume(text: str) -> str:
    if not _VOLUME.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a Docker volume: letters, digits, _ . and -, two or more")
    return text


def _variable(text: str) -> str:
    if not _VARIABLE.fullmatch(text):
        raise ValueError(f"{text!r} is not a variable's name; use letters, digits and underscores")
    return text


def _scalar(value: object) -> object:
    """YAML's numbers and booleans as the text that the container sees; a fraction could lose its zeros."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else value


def _number(value: object) -> object:
    """YAML's numbers as text, where only a unit or nothing at all follows them."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _cpu(quantity: str) -> str:
    cores = millicores(quantity) / 1000
    if cores > MOST_CORES:
        raise ValueError(
            f"{quantity} would be {cores:g} cores, more than the {MOST_CORES} that a server may have; "
            "write it like 1000m or 1"
        )
    return f"{millicores(quantity)}m"


def _storage(quantity: str) -> str:
    mebibytes(quantity)
    return quantity


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def between(low: int, high: int, unit: str = "", hint: str = "") -> Callable[[int], int]:
    """A validator for whole numbers in ``low`` to ``high``."""

    def check(number: int) -> int:
        if not low <= number <= high:
            raise ValueError(f"{number} is outside {low} to {high}{unit}{'; ' + hint if hint else ''}")
        return number

    return check


Text = Annotated[str, AfterValidator(_filled)]
HostName = Annotated[str, AfterValidator(_host)]
Cron = Annotated[str, AfterValidator(_cron)]
TimeZone = Annotated[str, AfterValidator(_timezone)]
MountPath = Annotated[str, AfterValidator(_mount_path)]
Name = Annotated[str, AfterValidator(_name)]
VolumeName = Annotated[str, AfterValidator(_volume)]
VariableName = Annotated[str, AfterValidator(_variable)]
VariableValue = Annotated[str, BeforeValidator(_scalar)]
Port = Annotated[int, AfterValidator(between(1, 65535, hint="the app listens on 3000"))]
Memory = Annotated[str, BeforeValidator(_number), AfterValidator(lambda text: f"{mebibytes(text)}Mi")]
Storage = Annotated[str, BeforeValidator(_number), AfterValidator(_storage)]
Cpu = Annotated[str, BeforeValidator(_number), AfterValidator(_cpu)]
Seconds = Annotated[int, AfterValidator(between(0, 86_400, " seconds"))]
PositiveSeconds = Annotated[int, AfterValidator(between(1, 86_400, " seconds"))]
Percent = Annotated[int, AfterValidator(between(1, 99, " percent"))]
