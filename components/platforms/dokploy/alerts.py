"""Dokploy's notifications: the events, and each kind of channel in the provider's words."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_dokploy as dokploy
from pulumi import ResourceOptions

from components.platforms.dokploy.secret import marked
from components.values import Channel, Custom, Discord, Email, Gotify, Ntfy, Slack, Telegram


def notification(
    name: str, channel: Channel, *, kind: str, title: str, deployments: bool, parent: pulumi.Resource
) -> dokploy.Notification:
    """A notification of the whole organisation: Dokploy knows none of one application."""
    return dokploy.Notification(
        f"{name}-alert-{kind}",
        dokploy.NotificationArgs(
            name=title,
            app_build_error=True,
            app_deploy=deployments,
            volume_backup=True,
            database_backup=True,
            dokploy_backup=True,
            dokploy_restart=True,
            docker_cleanup=False,
            server_threshold=True,
            **{kind: _channel(channel)},
        ),
        ResourceOptions(parent=parent),
    )


def _channel(channel: Channel) -> Any:
    match channel:
        case Slack():
            return dokploy.NotificationSlackArgs(channel=channel.channel, webhook_url=marked(channel.webhook_url))
        case Discord():
            return dokploy.NotificationDiscordArgs(webhook_url=marked(channel.webhook_url))
        case Telegram():
            return dokploy.NotificationTelegramArgs(chat_id=channel.chat_id, bot_token=marked(channel.bot_token))
        case Email():
            return dokploy.NotificationEmailArgs(
                smtp_server=channel.smtp_server,
                smtp_port=channel.smtp_port,
                username=channel.username,
                password=marked(channel.password),
                from_address=channel.from_address,
                to_addresses=list(channel.to_addresses),
            )
        case Ntfy():
            return dokploy.NotificationNtfyArgs(
                server_url=channel.server_url,
                topic=channel.topic,
                priority=channel.priority,
                access_token=marked(channel.access_token) if channel.access_token else None,
            )
        case Gotify():
            return dokploy.NotificationGotifyArgs(
                server_url=channel.server_url, priority=channel.priority, app_token=marked(channel.app_token)
            )
        case Custom():
            return dokploy.NotificationCustomArgs(endpoint=marked(channel.endpoint))
