"""Who hears of failures, and by which channel (SOP 5.1 and Emergency 3).

What is secret in a channel is None until its owner has set it; ``components.section_secrets`` asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StrictBool

from components.fields import Text, VariableValue, between
from components.values.base import Value
from components.web_fields import Secret, SecretUrl, Url


class Slack(Value):
    """A channel of Slack by its webhook."""

    channel: Text
    webhook_url: SecretUrl | None = None


class Discord(Value):
    """A channel of Discord by its webhook."""

    webhook_url: SecretUrl | None = None


class Telegram(Value):
    """A chat of Telegram by a bot."""

    chat_id: VariableValue
    bot_token: Secret | None = None


class Email(Value):
    """Mail by SMTP."""

    smtp_server: Text
    smtp_port: Annotated[int, AfterValidator(between(1, 65535))] = 587
    username: Text
    from_address: Text
    to_addresses: Annotated[tuple[Text, ...], Field(strict=False, min_length=1)]
    password: Secret | None = None


class Ntfy(Value):
    """A topic of an ntfy server."""

    server_url: Url
    topic: Text
    priority: Annotated[int, AfterValidator(between(1, 5))] = 4
    access_token: Secret | None = None
    """Where the server asks for one."""


class Gotify(Value):
    """An application of a Gotify server."""

    server_url: Url
    priority: Annotated[int, AfterValidator(between(0, 10))] = 5
    app_token: Secret | None = None


class Custom(Value):
    """A webhook of one's own, which is sent JSON."""

    endpoint: SecretUrl | None = None


Channel = Slack | Discord | Telegram | Email | Ntfy | Gotify | Custom


class Alerts(Value):
    """The channels, each of which is told of everything."""

    slack: Slack | None = None
    discord: Discord | None = None
    telegram: Telegram | None = None
    email: Email | None = None
    ntfy: Ntfy | None = None
    gotify: Gotify | None = None
    custom: Custom | None = None
    deployments: StrictBool = False
    """Whether they hear of deployments that went well too."""

    @property
    def channels(self) -> Mapping[str, Channel]:
        """Those that are given, by their kind."""
        kinds = ("slack", "discord", "telegram", "email", "ntfy", "gotify", "custom")
        return {kind: channel for kind in kinds if (channel := getattr(self, kind)) is not None}
