"""What runs by the clock inside the app's container, and where copies go from there (SOP 5.3, Security 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from components.fields import Cron, Text, between
from components.values.base import Value
from components.values.runtime import Shell
from components.web_fields import Secret, Url

DRILL_HOURS = 26
"""How old the newest copy may be for the restore drill: a day, and the time that a copy may take."""


@dataclass(frozen=True, kw_only=True)
class CronJob:
    """A command that runs inside the service's container by the clock."""

    name: str
    schedule: str
    command: str
    timezone: str
    shell: Shell
    description: str


class Offsite(Value):
    """An S3 bucket that the copies are sent to, so that they survive the server (SOP Security 3)."""

    endpoint: Url
    bucket: Text
    region: Text | None = None
    provider: Text | None = None
    """The kind of S3 service as rclone calls it, such as AWS or Minio."""
    schedule: Cron = "0 4 * * *"
    """By the clock of Dokploy's server, which is UTC."""
    keep_latest: Annotated[int, AfterValidator(between(1, 1000, " archives"))] = 7
    """Each archive holds all the copies that are kept on the server."""
    access_key: Secret | None = None
    secret_key: Secret | None = None
