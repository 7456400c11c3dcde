"""Reads cron expressions and time zones. Imported when the first one is judged, since that takes time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def fault_of(expression: str) -> str | None:
    """What is wrong with an expression; None for one of five fields that fires at some time."""
    if len(expression.split()) != 5:
        return "does not have the five fields minute, hour, day, month and weekday"
    try:
        next(CronSim(expression, _YEAR))
    except CronSimError as error:
        return f"is no cron expression ({error})"
    except StopIteration:
        return "never fires"
    return None


def fire_daily(expressions: Collection[str]) -> bool:
    """Whether at least one of them fires on every day of a year."""
    if any(expression.split()[2:] == ["*", "*", "*"] for expression in expressions):
        return True
    day = timedelta(days=1)
    before = timedelta(minutes=1)
    return all(
        any(next(CronSim(expression, start - before)) < start + day for expression in expressions)
        for start in (_YEAR + day * n for n in range(365))
    )


def is_timezone(name: str) -> bool:
    """Whether the system, or the package tzdata, knows the zone."""
    from zoneinfo import ZoneInfo  # most schedules are in UTC, which needs none

    try:
        ZoneInfo(name)
    except (OSError, ValueError, LookupError):
        return False
    return True
