"""The cases of notifications: one for each kind of channel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dokploy.simulator import Simulator
from tests.dokploy.resources.case import Case

FLAGS = ("appDeploy", "appBuildError", "databaseBackup", "volumeBackup", "dokployBackup", "dokployRestart")
DEFAULTS = {"appDeploy": False, "dockerCleanup": False}


@dataclass(frozen=True, kw_only=True)
class ChannelCase(Case):
    """Columns of a notification lie in two tables: its own and that of its channel."""

    def row(self, simulator: Simulator, id: str) -> dict[str, Any]:
        return _Joined(simulator, simulator.state.notifications[id], self.label)


class _Joined(dict[str, Any]):
    """Reads and writes both rows."""

    def __init__(self, simulator: Simulator, row: dict[str, Any], kind: str) -> None:
        self._row = row
        self._channel = simulator.state.channels[row[f"{kind}Id"]]
        super().__init__({**self._channel, **row})

    def __setitem__(self, key: str, value: Any) -> None:
        (self._row if key in self._row else self._channel)[key] = value

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return dict(self)

    def update(self, *values: Any, **more: Any) -> None:
        for key, value in values[0].items():
            self[key] = value


def _case(kind: str, channel: dict[str, Any], *changed: tuple[str, Any]) -> Case:
    """A notification by this channel, and single changes to it. Changing the kind replaces it."""
    other = {"custom": {"endpoint": "https://hook.example/x"}} if kind != "custom" else {"slack": SLACK}
    return ChannelCase(
        kind="Notification",
        label=kind,
        table="notifications",
        create=f"notification.create{kind.capitalize()}",
        valid={"name": "alerts", kind: channel},
        changes=(
            ({"name": "alarms"}, "name"),
            *(({flag: not DEFAULTS.get(flag, True)}, flag) for flag in (*FLAGS, "dockerCleanup")),
            *(({kind: {**channel, key: value}}, f"{kind}.{key}") for key, value in changed),
        ),
        edits=(
            ("name", "renamed", "name"),
            ("appBuildError", False, "appBuildError"),
            ("appDeploy", True, "appDeploy"),
            *((key, value, f"{kind}.{key}") for key, value in changed if not isinstance(value, dict)),
        ),
        replacing=(({kind: None, **other}, " ".join(sorted([kind, *other]))),),
    )


SLACK = {"webhookUrl": "https://hooks.example/services/T0/B0/s3cretHook", "channel": "#ops"}
CASES = (
    _case("slack", SLACK, ("webhookUrl", "https://hooks.example/other"), ("channel", "#alerts")),
    _case("discord", {"webhookUrl": "https://discord.example/api/webhooks/1/s3cret"}, ("decoration", False)),
    _case(
        "telegram",
        {"botToken": "123456:s3cret-of-bot", "chatId": "-100", "messageThreadId": "7"},
        ("botToken", "654321:another"),
        ("chatId", "-200"),
        ("messageThreadId", "8"),
    ),
    _case(
        "email",
        {
            "smtpServer": "mail.example",
            "smtpPort": 465,
            "username": "robot",
            "password": "s3cret-of-robot",
            "fromAddress": "robot@mail.example",
            "toAddresses": ["ops@mail.example"],
        },
        ("smtpServer", "smtp.example"),
        ("smtpPort", 25),
        ("username", "android"),
        ("password", "another-s3cret"),
        ("fromAddress", "dokploy@mail.example"),
        ("toAddresses", ["ops@mail.example", "dev@mail.example"]),
    ),
    _case(
        "ntfy",
        {"serverUrl": "https://ntfy.example", "topic": "ops", "accessToken": "tk_s3cret"},
        ("serverUrl", "https://other.example"),
        ("topic", "alerts"),
        ("accessToken", "tk_another"),
        ("priority", 5),
    ),
    _case(
        "gotify",
        {"serverUrl": "https://gotify.example", "appToken": "s3cret-of-app"},
        ("serverUrl", "https://other.example"),
        ("appToken", "another-s3cret"),
        ("priority", 1),
        ("decoration", False),
    ),
    _case(
        "custom",
        {"endpoint": "https://hook.example/s3cret", "headers": {"Authorization": "Bearer s3cret"}},
        ("endpoint", "https://hook.example/other"),
        ("headers", {"Authorization": "Bearer another"}),
        ("headers", {}),
    ),
)
