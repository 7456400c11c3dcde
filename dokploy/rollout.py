"""Why a release did not come up, and what to do about it."""

from __future__ import annotations

from typing import Literal

from dokploy.errors import UPDATE_AGAIN
from dokploy.record import Record

LOG_LINES = 20
LOG_ASKED = 2 * LOG_LINES
"""Blank lines are asked for, and not shown."""

Cause = Literal[
    "build",
    "pull",
    "crash",
    "memory",
    "unhealthy",
    "late",
    "unreached",
    "backup",
    "interrupted",
    "superseded",
    "stopped",
]

ADVICE: dict[Cause, str] = {
    "build": "The source does not build (procedure, Troubleshooting 1): fix its errors and its lock file, or give the "
    "build more memory in Dokploy.",
    "pull": "The image cannot be pulled: check its reference, that it was pushed, and the registry's login.",
    "crash": "The container ends by itself (procedure, Troubleshooting 2 and 3): check that every required variable is "
    "set, that the database can be opened, and that the port is free.",
    "memory": "The container was killed, as happens to one that uses more than its memory limit (procedure, "
    "Troubleshooting 3): choose a larger tier, or look for a leak.",
    "unhealthy": "The program starts but its health check fails (procedure, Troubleshooting 3): check that the health "
    "endpoint answers inside the container, and how long the start takes.",
    "late": "It may still come up (procedure, Troubleshooting 3): check that the health endpoint answers inside the "
    "container, and how long the start takes.",
    "unreached": "The container is healthy but cannot be reached from outside: check the DNS record, the certificate, "
    "and the domain's port.",
    "backup": "Nothing was deployed. Mend the backup first; without it the data would not survive a bad release.",
    "interrupted": "That says nothing of the release itself: see that Dokploy is up and stays so.",
    "superseded": "Both were deployed from different places: deploy one after the other, and see Dokploy's history "
    "for who it was.",
    "stopped": "",
}
"""What the procedure's troubleshooting guide says for each cause, and what is known beyond it."""

LOOKED_AT_AGAIN: frozenset[Cause] = frozenset({"late", "unreached", "stopped"})
"""The release may still come up: the next run looks at it again before it deploys."""

ANEW = f"then {UPDATE_AGAIN}: it deploys anew"
AGAIN = f"{ANEW} unless this release serves or is still starting by then"


class RolloutError(Exception):
    """What happened, the last lines of the log (scrubbed of secrets), and the record if one was made."""

    def __init__(self, what: str, cause: Cause, *, log: str = "", record: Record | None = None) -> None:
        super().__init__(what)
        self.cause = cause
        self.log = log
        self.record = record

    @property
    def is_final(self) -> bool:
        """Whether this release is done with: the next run deploys anew, even where a container of it runs again."""
        return self.cause not in LOOKED_AT_AGAIN

    def text(self, application: str, *, doing: str = "deployment", then: str | None = None) -> str:
        """What the person at the terminal reads: what happened, the log's end, what to do."""
        then = then or (ANEW if self.is_final else AGAIN)
        lines = [line for line in self.log.splitlines() if line.strip()][-LOG_LINES:]
        parts = [f"{doing} of {application} failed: {self}"]
        if lines:
            parts.append("last lines of the log:\n" + "\n".join(f"  | {line}" for line in lines))
        parts.append(f"{ADVICE[self.cause]} {then[:1].upper()}{then[1:]}".strip())
        return "\n".join(parts)
