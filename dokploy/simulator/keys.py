"""API keys: whose they are, which organisation they act for, and their rate limits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Literal

CHECKS_PER_CALL = 2  # every call verifies its key twice, and both count


@dataclass(kw_only=True)
class Key:
    text: str = field(repr=False)
    id: str
    organization_id: str
    user_id: str
    role: str = "owner"
    name: str | None = None  # None: the key that was there from the start, which no list shows
    services: frozenset[str] = frozenset()  # application ids that a member may see
    limit: int | None = None  # verifications per window; None = without limit
    window_s: float = 86_400.0
    remaining: int | None = None  # verifications left for ever; None = without end
    used: int = 0
    window_began: float = 0.0

    def spend(self, now: float) -> Literal["passed", "spent on the way", "refused"]:
        """Pay for one call. An exhausted key looks like a bad one; "spent on the way" pays the first check only."""
        if self.limit is not None:
            if now - self.window_began > self.window_s:
                self.window_began, self.used = now, 0
            if self.used + CHECKS_PER_CALL > self.limit:
                return "refused"
            self.used += CHECKS_PER_CALL
        if self.remaining is not None:
            paid = min(CHECKS_PER_CALL, self.remaining)
            self.remaining -= paid
            if paid < CHECKS_PER_CALL:
                return "spent on the way" if paid else "refused"
        return "passed"


def new_text(prefix: str = "") -> str:
    return prefix + secrets.token_urlsafe(48)
