"""The nouns that settings, components and platforms exchange. They hold data, know no API and never change.

What comes from the configuration is a pydantic model, so that it is validated once and then used as it is;
what a component puts together is a dataclass. Sizes are text with a unit (``2048Mi``, ``1000m``), durations
seconds.
"""

from components.values.alerts import Alerts, Channel, Custom, Discord, Email, Gotify, Ntfy, Slack, Telegram
from components.values.backup import DRILL_HOURS, CronJob, Offsite
from components.values.base import Value
from components.values.ingress import Guard, Headers, RateLimit, Route
from components.values.runtime import Probe, Proof, Restart, Rollout, Service, Shell, Update, Volume
from components.values.sizes import TIERS, Sizes
from components.values.sources import (
    Build,
    ContextSource,
    GithubSource,
    GitSource,
    ImageSource,
    Registry,
    Rollback,
    Source,
)

__all__ = [
    "DRILL_HOURS",
    "TIERS",
    "Alerts",
    "Build",
    "Channel",
    "ContextSource",
    "CronJob",
    "Custom",
    "Discord",
    "Email",
    "GitSource",
    "GithubSource",
    "Gotify",
    "Guard",
    "Headers",
    "ImageSource",
    "Ntfy",
    "Offsite",
    "Probe",
    "Proof",
    "RateLimit",
    "Registry",
    "Restart",
    "Rollback",
    "Rollout",
    "Route",
    "Service",
    "Shell",
    "Sizes",
    "Slack",
    "Source",
    "Telegram",
    "Update",
    "Value",
    "Volume",
]
