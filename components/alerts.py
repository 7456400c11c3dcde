"""Who hears of failures (SOP 5.1, Emergency 3)."""

from __future__ import annotations

from dataclasses import dataclass, field

import pulumi

from components.inputs import HIDDEN, visible
from components.platforms.protocol import Platform
from components.values import Alerts as Channels


@dataclass(frozen=True, kw_only=True)
class AlertsArgs:
    """The channels, and what they call the deployment that they speak of."""

    title: str
    channels: Channels
    platform: Platform = field(metadata=HIDDEN)


class Alerts(pulumi.ComponentResource):
    """Tells each channel of builds and backups that failed. Without a channel it tells nobody.

    It comes before the first release, so that somebody hears when that one fails already.
    """

    told: tuple[str, ...]
    """The kinds of channel that are told."""

    def __init__(self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:Alerts", name, visible(args), opts)
        ids = {
            kind: args.platform.alert(
                name, channel, kind=kind, title=args.title, deployments=args.channels.deployments, parent=self
            )
            for kind, channel in args.channels.channels.items()
        }
        self.told = tuple(ids)
        self.register_outputs({"told": list(ids), "notification_ids": ids})
