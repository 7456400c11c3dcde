"""What the policy pack says of itself: its rules, the exemptions in force, what of the procedure it covers."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from ops.errors import OpsError

READER = Path(__file__).with_name("pack_reader.py")
LONGEST_S = 60
PAGE = "docs/policies.md"


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rule(_Read):
    """One rule, as the pack describes it. `section` is where the procedure asks for it."""

    id: str
    outcome: str
    section: str
    severity: str
    remedy: str
    cis: str | None = None
    production_only: bool = False

    @property
    def cited(self) -> str:
        return f"SOP {self.section}" if self.section[:1].isdigit() else f"SOP, {self.section}"

    @property
    def page(self) -> str:
        """The rule's own place in the documentation, from the root of the checkout."""
        return f"{PAGE}#{self.id}"


class Entry(_Read):
    """One exemption of the pack's file; `resource` and `stack` may be patterns."""

    rule: str
    resource: str
    stack: str
    reason: str
    owner: str
    ticket: str
    expires: date


class Sentence(_Read):
    """One sentence of the procedure, with the rules that keep it or the reason why none does."""

    section: str
    says: str
    rules: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """An exemption in force. `used` is False where nothing needs it any more."""

    rule: str
    resource: str
    reason: str
    owner: str
    ticket: str
    expires: date
    days_left: int
    used: bool = True


class Catalogue(_Read):
    """The pack with its version."""

    name: str
    version: str
    rules: tuple[Rule, ...] = ()
    exemptions: tuple[Entry, ...] = ()
    coverage: tuple[Sentence, ...] = ()

    @cached_property
    def by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def in_force(self, stack: str, today: date, unused: str = "") -> tuple[Exemption, ...]:
        """The exemptions of a stack. `unused` is all that the pack said of exemptions that nothing needs."""
        return tuple(
            Exemption(
                rule=entry.rule,
                resource=entry.resource,
                reason=entry.reason,
                owner=entry.owner,
                ticket=entry.ticket,
                expires=entry.expires,
                days_left=(entry.expires - today).days,
                used=f"{entry.rule} for {entry.resource} in {entry.stack}" not in unused,
            )
            for entry in self.exemptions
            if fnmatchcase(stack, entry.stack)
        )


def read_catalogue(pack: Path, today: date) -> Catalogue:
    """Ask the pack in the folder `pack`, with the exemptions that hold on the day.

    Raises OpsError when it cannot say what it holds.
    """
    try:
        ended = subprocess.run(
            [sys.executable, "-I", str(READER), str(pack), today.isoformat()],
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise OpsError(f"the policy pack in {pack} did not describe itself within {LONGEST_S} s") from None
    if ended.returncode != 0:
        said = ended.stderr.strip().splitlines() or ["no reason is given"]
        raise OpsError(f"the policy pack in {pack} cannot be read: {said[-1]}")
    try:
        return Catalogue.model_validate(json.loads(ended.stdout))
    except (ValidationError, json.JSONDecodeError) as error:
        raise OpsError(f"the policy pack in {pack} does not describe itself: {str(error).splitlines()[0]}") from None
