"""Why a release did not come up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dokploy.resources.deployment_record import Record

LOG_LINES = 20


class RolloutError(Exception):
    """What happened, the last lines of the log (scrubbed of secrets), and the record if one was made."""

    def __init__(self, what: str, *, log: str = "", advice: str = "", record: Record | None = None) -> None:
        super().__init__(what)
        self.log = log
        self.advice = advice
        self.record = record

    def text(self, application: str) -> str:
        """What the person at the terminal reads: what, the log's end, what to do."""
        lines = [line for line in self.log.splitlines() if line.strip()][-LOG_LINES:]
        parts = [f"deployment of {application} failed: {self}"]
        if lines:
            parts.append("last lines of the log:\n" + "\n".join(f"  | {line}" for line in lines))
        parts.append(self.advice or "fix the cause and run `pulumi up` again: it deploys anew")
        return "\n".join(parts)
