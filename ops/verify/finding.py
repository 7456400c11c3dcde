"""What a check found: the same data for the table that people read and for the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Outcome = Literal["ok", "failed", "not measured", "not applicable"]
Result = Literal["passed", "failed", "not measured"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One measurement: its outcome, the value that was found, the limit that it was held to, and what to do."""

    outcome: Outcome
    measured: str
    limit: str
    advice: str = ""


def judged(held: bool, measured: str, limit: str, advice: str = "") -> Verdict:
    """Ok where the limit held, else failed."""
    return Verdict(outcome="ok" if held else "failed", measured=measured, limit=limit, advice=advice)


class NotMeasuredError(Exception):
    """Something that the check rests on is not there; `str()` says what, in one line for people."""


class NotApplicableError(Exception):
    """What the check is about is no part of this stack; `str()` says why, in one line for people."""


class NoAnswerError(Exception):
    """The site was reached and did not answer; `str()` says what was asked and how it ended."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A verdict with the check that made it. No value of a secret is in it."""

    id: str
    title: str
    sop: str
    verdict: Verdict

    def to_json(self) -> dict[str, Any]:
        return {"id": self.id, "title": self.title, "sop": self.sop, **asdict(self.verdict)}


def result_of(outcomes: Iterable[Outcome]) -> Result:
    """Failed when one check failed; passed only when every other one that applies was measured."""
    found = set(outcomes)
    if "failed" in found:
        return "failed"
    return "passed" if "ok" in found and "not measured" not in found else "not measured"


@dataclass(frozen=True, kw_only=True)
class Round:
    """All the checks once; `at` is when it began, in ISO 8601 and UTC."""

    at: str
    findings: Sequence[Finding]

    @property
    def result(self) -> Result:
        return result_of(finding.verdict.outcome for finding in self.findings)

    def of(self, outcome: Outcome) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict.outcome == outcome]

    def to_json(self) -> dict[str, Any]:
        return {"at": self.at, "result": self.result, "checks": [finding.to_json() for finding in self.findings]}
