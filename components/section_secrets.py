"""The secrets that stand in sections of the configuration, beside the variables of the app under ``secrets``.

A section that is given needs them, and they are set one by one, encrypted. No sentence here ever holds a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from components.checks import Check, Surroundings
from components.sections import App, Backup, Ingress
from components.values import Alerts

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


def _problems(section: str, value: BaseModel, stack: str, surroundings: Surroundings | None) -> Iterator[str]:
    given = set(_given(value, section))
    written = {section: value.model_dump(by_alias=True, exclude_none=True)}
    for path in needed(written):
        if path not in given:
            yield f"{path}: is not set; run `{_command(path, stack)}`"
    if surroundings is None or section in surroundings.encrypted_keys:
        return
    for path in sorted(given):
        yield (
            f"{path}: stands in plain text in the stack's file; remove it there, change it where it is used, and run "
            f"`{_command(path, stack)}`"
        )


def _command(path: str, stack: str) -> str:
    return f"pulumi config set --secret --path {path} --stack {stack}"


def _given(value: Any, path: str) -> Iterator[str]:
    """The paths of all secrets that are set below ``path``."""
    match value:
        case SecretStr():
            yield path
        case BaseModel():
            for name, field in type(value).model_fields.items():
                yield from _given(getattr(value, name), f"{path}.{field.alias}")
        case Mapping():
            for key, inner in value.items():
                yield from _given(inner, f"{path}.{key}")
        case _:
            return


def _alerts(alerts: Alerts, stack: str, surroundings: Surroundings | None) -> Iterator[str]:
    yield from _problems("alerts", alerts, stack, surroundings)


def _app(app: App, stack: str, surroundings: Surroundings | None) -> Iterator[str]:
    yield from _problems("app", app, stack, surroundings)


def _backup(backup: Backup, stack: str, surroundings: Surroundings | None) -> Iterator[str]:
    yield from _problems("backup", backup, stack, surroundings)


def _ingress(ingress: Ingress, stack: str, surroundings: Surroundings | None) -> Iterator[str]:
    yield from _problems("ingress", ingress, stack, surroundings)


CHECKS: tuple[Check, ...] = (_alerts, _app, _backup, _ingress)
