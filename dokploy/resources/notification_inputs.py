"""Who is told of what: the events of a notification and its channel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from dokploy.fields import MarkedName
from dokploy.fields import Port as PortNumber
from dokploy.resource import Model, Secret, SecretMap

SecretText = Annotated[Secret, Field(min_length=1)]


class Slack(Model):
    """A Slack channel by webhook."""

    webhook_url: SecretText = Field(description="Webhook; whoever has it can post.")
    channel: str = Field(description="Channel, such as `#ops`.")


class Discord(Model):
    """A Discord channel by webhook."""

    webhook_url: SecretText = Field(description="Webhook; whoever has it can post.")
    decoration: bool = Field(True, description="Use emoji.")


class Telegram(Model):
    """A Telegram chat by bot."""

    bot_token: SecretText = Field(description="Token of the bot.")
    chat_id: str = Field(description="Id of the chat.")
    message_thread_id: str = Field("", description="Id of the topic in a group with topics.")


class Email(Model):
    """E-mail by SMTP."""

    smtp_server: str = Field(min_length=1, description="Host name of the SMTP server.")
    smtp_port: PortNumber = Field(587, description="Port of the SMTP server.")
    username: str = Field(description="User of the SMTP server.")
    password: SecretText = Field(description="Password of the user.")
    from_address: str = Field(min_length=3, description="Address of the sender.")
    to_addresses: list[str] = Field(min_length=1, description="Addresses of those who are told.")


class Ntfy(Model):
    """A topic of an ntfy server."""

    server_url: str = Field(pattern=r"^https?://", description="Address of the server.")
    topic: str = Field(min_length=1, description="Topic.")
    access_token: Secret = Field("", description="Access token where the server asks for one.")
    priority: int = Field(3, ge=1, le=5, description="1 (lowest) to 5.")


class Gotify(Model):
    """An application of a Gotify server."""

    server_url: str = Field(pattern=r"^https?://", description="Address of the server.")
    app_token: SecretText = Field(description="Token of the application.")
    priority: int = Field(5, ge=0, le=10, description="0 (lowest) to 10.")
    decoration: bool = Field(True, description="Use emoji.")


class Custom(Model):
    """A webhook of your own that is sent JSON."""

    endpoint: SecretText = Field(description="Address; http or https.")
    headers: SecretMap = Field(default_factory=dict, description="Headers sent with each message.")


BLOCKS: dict[str, type[Model]] = {
    "slack": Slack,
    "discord": Discord,
    "telegram": Telegram,
    "email": Email,
    "ntfy": Ntfy,
    "gotify": Gotify,
    "custom": Custom,
}
CHANNELS = tuple(BLOCKS)


class NotificationInputs(Model):
    """What a notification is asked to be."""

    name: MarkedName = Field(description="Name shown in Dokploy.")
    app_deploy: bool = Field(False, description="Tell of deployments that Dokploy calls done.")
    app_build_error: bool = Field(True, description="Tell of deployments that fail.")
    database_backup: bool = Field(True, description="Tell of database backups, done or failed.")
    volume_backup: bool = Field(True, description="Tell of volume backups, done or failed.")
    dokploy_backup: bool = Field(True, description="Tell of backups of Dokploy itself.")
    dokploy_restart: bool = Field(True, description="Tell when Dokploy's server has restarted.")
    docker_cleanup: bool = Field(False, description="Tell of Docker clean-ups.")
    server_threshold: bool = Field(
        True, description="Tell when a server passes its CPU or memory threshold; not for gotify and ntfy."
    )
    slack: Slack | None = Field(None, description="Channel: Slack. Exactly one channel is needed.")
    discord: Discord | None = Field(None, description="Channel: Discord.")
    telegram: Telegram | None = Field(None, description="Channel: Telegram.")
    email: Email | None = Field(None, description="Channel: e-mail.")
    ntfy: Ntfy | None = Field(None, description="Channel: ntfy.")
    gotify: Gotify | None = Field(None, description="Channel: Gotify.")
    custom: Custom | None = Field(None, description="Channel: a webhook of your own.")

    @model_validator(mode="after")
    def _has_one_channel(self) -> NotificationInputs:
        given = [name for name in CHANNELS if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(
                f"exactly one channel of {', '.join(CHANNELS)} is needed, given: {' and '.join(given) or 'none'}"
            )
        return self

    @property
    def kind(self) -> str:
        """The name of the channel."""
        return next(name for name in CHANNELS if getattr(self, name) is not None)
