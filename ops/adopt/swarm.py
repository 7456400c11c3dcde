"""Describes how Swarm runs an application: health check, restart and update, as far as the SOP lets them be."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from components import checks
from components.values import Probe, Restart, Update, Value
from ops.adopt.found import Row
from ops.adopt.imports import named
from ops.adopt.notes import Notes
from ops.adopt.sections import valid

V = TypeVar("V", bound=Value)

_APPLICATION = named("application")
_NANO = 1_000_000_000
_URL = re.compile(r"https?://(?:127\.0\.0\.1|localhost|0\.0\.0\.0|\[::1\])(?::\d+)?(/[A-Za-z0-9._~/-]*)")
_PROGRAMS_TEST = "exec node -e"


def describe_swarm(row: Row, notes: Notes) -> tuple[Probe, Restart, Update, int]:
    """The health check, restart policy, update policy and the seconds between SIGTERM and SIGKILL."""
    probe = _probe(row["healthCheckSwarm"] or {}, notes)
    restart = _restart(row["restartPolicySwarm"] or {}, probe, notes)
    update = _update(row["updateConfigSwarm"] or {}, probe, notes)
    rollback = _raw_update(update, "pause", delay_seconds=0)
    if not _equal(row["rollbackConfigSwarm"] or {}, rollback):
        notes.change(
            _APPLICATION, "rollbackPolicy", _text(row["rollbackConfigSwarm"]), "as the update", "the program's"
        )
    grace = row["stopGracePeriodSwarm"]
    seconds = 30 if grace is None else round(int(grace) / _NANO)
    notes.change(_APPLICATION, "stopGracePeriodSeconds", grace if grace is None else int(grace) / _NANO, seconds, "")
    return probe, restart, update, seconds


def _probe(raw: Row, notes: Notes) -> Probe:
    test = raw.get("Test") or []
    text = " ".join(test)
    url = _URL.search(text)
    probe = valid(
        Probe,
        path=url[1] if url else None,
        interval_seconds=_seconds(raw, "Interval"),
        timeout_seconds=_seconds(raw, "Timeout"),
        start_period_seconds=_seconds(raw, "StartPeriod"),
        retries=raw.get("Retries"),
    )
    if not raw or _PROGRAMS_TEST not in text:
        found = f"asks for {url[1]}" if url else "its own" if raw else None
        notes.change(_APPLICATION, "healthCheck", found, f"asks for {probe.path} by node", "SOP 2.1 and 4.1")
    elif _numbers(probe) != {key: raw.get(key) for key in _numbers(probe)}:
        notes.change(_APPLICATION, "healthCheck", "its times", "whole seconds within the program's limits", "SOP 4.1")
    return probe


def _restart(raw: Row, probe: Probe, notes: Notes) -> Restart:
    restart, why = _accepted(
        Restart,
        {"health_check": probe},
        "restart",
        condition=raw.get("Condition"),
        max_attempts=raw.get("MaxAttempts"),
        delay_seconds=_seconds(raw, "Delay"),
        window_seconds=_seconds(raw, "Window"),
    )
    sop = Restart()
    if (restart.condition, restart.max_attempts) != (sop.condition, sop.max_attempts):
        restart, why = sop, "SOP 2.1: on failure, 3 times"
    wanted = {
        "Condition": restart.condition,
        "Delay": restart.delay_seconds * _NANO,
        "MaxAttempts": restart.max_attempts,
        "Window": restart.window_seconds * _NANO,
    }
    if raw != wanted:
        then = f"{restart.condition}, {restart.max_attempts} times"
        found = f"{raw.get('Condition') or 'any'}, {raw.get('MaxAttempts') or 'unlimited'} times" if raw else None
        within = f" in {restart.window_seconds} s"
        notes.change(_APPLICATION, "restartPolicy", found, then + within, why or "SOP 2.1")
    return restart


def _update(raw: Row, probe: Probe, notes: Notes) -> Update:
    update, why = _accepted(
        Update,
        {"health_check": probe},
        "update",
        order=raw.get("Order"),
        parallelism=raw.get("Parallelism"),
        failure_action=raw.get("FailureAction"),
        delay_seconds=_seconds(raw, "Delay"),
        monitor_seconds=_seconds(raw, "Monitor"),
    )
    judged = probe.interval_seconds * probe.retries
    if update.monitor_seconds <= judged:
        # Swarm has to watch for longer than the health check needs to find that a release has stopped answering.
        update = update.model_copy(update={"monitor_seconds": judged + probe.interval_seconds})
    if not _equal(raw, _raw_update(update, update.failure_action, delay_seconds=update.delay_seconds)):
        then = f"{update.order}, watched for {update.monitor_seconds} s, then {update.failure_action}"
        notes.change(_APPLICATION, "updatePolicy", _text(raw), then, why or "one SQLite file, one container")
    return update


def _raw_update(update: Update, failure_action: str, *, delay_seconds: int) -> Row:
    return {
        "Parallelism": update.parallelism,
        "Delay": delay_seconds * _NANO,
        "FailureAction": failure_action,
        "Monitor": update.monitor_seconds * _NANO,
        "Order": update.order,
    }


def _equal(raw: Row, wanted: Row) -> bool:
    return {key: value for key, value in raw.items() if key != "MaxFailureRatio" or value} == wanted


def _text(raw: Row | None) -> str | None:
    return f"{raw.get('Order')}, {raw.get('FailureAction') or 'pause'}" if raw else None


def _numbers(probe: Probe) -> Row:
    return {
        "Interval": probe.interval_seconds * _NANO,
        "Timeout": probe.timeout_seconds * _NANO,
        "StartPeriod": probe.start_period_seconds * _NANO,
        "Retries": probe.retries,
    }


def _seconds(raw: Row, key: str) -> int | None:
    return None if raw.get(key) is None else round(raw[key] / _NANO)


def _accepted(model: type[V], others: dict[str, Any], name: str, **values: Any) -> tuple[V, str]:
    """The section with these values; the SOP's own where a rule of the program refuses it, and that rule's sentence."""
    section = valid(model, **values)
    problems = checks.run(checks.CHECKS, {**others, name: section})
    return (model(), problems[0].partition(";")[0]) if problems else (section, "")
