"""The secrets that stand in sections of the configuration, beside the variables of the app under ``secrets``.

A section that is given needs them, and they are set one by one, encrypted. No sentence here ever holds a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from components.checks import Check

NEEDED: Mapping[str, tuple[str, ...]] = {
    "alerts.slack": ("webhookUrl",),
    "alerts.discord": ("webhookUrl",),
    "alerts.telegram": ("botToken",),
    "alerts.email": ("password",),
    "alerts.gotify": ("appToken",),
    "alerts.custom": ("endpoint",),
    "app.rollback.registry": ("password",),
    "backup.offsite": ("accessKey", "secretKey"),
}
"""What each part of a section needs, once it is there."""


def needed(config: Mapping[str, Any]) -> tuple[str, ...]:
    """The paths of the secrets that the sections in ``config`` need, keyed as in the stack's file."""
    return tuple(
        f"{part}.{name}" for part, names in NEEDED.items() if isinstance(_at(config, part), dict) for name in names
    )


def _at(config: Any, path: str) -> Any:
    for key in path.split("."):
        config = config.get(key) if isinstance(config, dict) else None
    return config


def _missing(given: Mapping[str, Any], stack: str) -> Iterator[str]:
    for path in needed(given):
        if _at(given, path) is None:
            yield f"{path}: is not set; run `pulumi config set --secret --path {path} --stack {stack}`"


CHECKS: tuple[Check, ...] = (_missing,)
