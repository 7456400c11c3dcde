"""The nouns that settings, components and platforms exchange. They hold data, know no API and never change.

What comes from the configuration is a pydantic model, so that it is validated once and then used as it is;
what a component puts together is a dataclass. Sizes are text with a unit (``2048Mi``, ``1000m``), durations
seconds.
"""

from components.values.backup import CronJob
from components.values.base import Value
from components.values.ingress import Route
from components.values.runtime import Probe, Proof, Restart, Rollout, Service, Shell, Update, Volume
from components.values.sizes import TIERS, Sizes
from components.values.sources import Build, ContextSource, GithubSource, GitSource, ImageSource, Source

__all__ = [
    "TIERS",
    "Build",
    "ContextSource",
    "CronJob",
    "GitSource",
    "GithubSource",
    "ImageSource",
    "Probe",
    "Proof",
    "Restart",
    "Rollout",
    "Route",
    "Service",
    "Shell",
    "Sizes",
    "Source",
    "Update",
    "Value",
    "Volume",
]
