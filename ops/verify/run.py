"""Makes the checks: once, or again and again over the first minutes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from ops.verify.checks import CHECKS
from ops.verify.finding import Outcome, Round
from ops.verify.platform import Application
from ops.verify.target import Target
from ops.verify.visit import Visit

WATCH_S = 300.0
EVERY_S = 15.0


def verify(target: Target, application: Application | None, *, all_checks: bool = True) -> Round:
    """Every check, or those alone that are watched."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    visit = Visit(target, application)
    try:
        return Round(at=at, findings=[check.find(visit) for check in CHECKS if all_checks or check.is_watched])
    finally:
        visit.close()


def watch(
    target: Target,
    application: Application | None,
    *,
    for_s: float = WATCH_S,
    every_s: float = EVERY_S,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Round]:
    """All the checks, and then the watched ones every `every_s` seconds until `for_s` are over."""
    ends = time.monotonic() + for_s
    yield verify(target, application)
    while (left := ends - time.monotonic()) > 0:
        sleep(min(every_s, left))
        yield verify(target, application, all_checks=False)


def outcomes(rounds: Sequence[Round]) -> dict[str, Outcome]:
    """Of each check by its id over several rounds: once failed is failed, once ok is measured."""
    order: tuple[Outcome, ...] = ("not applicable", "not measured", "ok", "failed")
    found: dict[str, Outcome] = {}
    for finding in (finding for round in rounds for finding in round.findings):
        found[finding.id] = max(found.get(finding.id, order[0]), finding.verdict.outcome, key=order.index)
    return found
