"""What runs by the clock inside the app's container."""

from __future__ import annotations

from dataclasses import dataclass

from components.values.runtime import Shell


@dataclass(frozen=True, kw_only=True)
class CronJob:
    """A command that runs inside the service's container by the clock."""

    name: str
    schedule: str
    command: str
    timezone: str
    shell: Shell
    description: str
