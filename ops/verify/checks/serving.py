"""Whether the app answers, and how fast (SOP 4.1, 4.2, 5.1)."""

from __future__ import annotations

import statistics
from datetime import datetime
from typing import Any

from ops.counted import counted
from ops.verify.checks.check import Check
from ops.verify.finding import Verdict, judged
from ops.verify.visit import Visit

SAMPLES = 5


def health(visit: Visit) -> Verdict:
    answer = visit.health
    if visit.target.contract == "compat" or answer.status != 200:
        advice = "see the app's log (SOP Troubleshooting 3)" if answer.status != 200 else ""
        return judged(answer.status == 200, f"{answer.status} in {answer.seconds:.2f} s", "200", advice)
    missing = _missing(answer.json)
    return judged(
        not missing,
        f"200, but {', '.join(missing)}"
        if missing
        else f"200 in {answer.seconds:.2f} s, up {answer.json['uptime']:.0f} s",
        "200 with status ok, timestamp, uptime",
        "the app's answer is not the SOP's: --contract compat takes status 200 alone" if missing else "",
    )


def chat(visit: Visit) -> Verdict:
    answer = visit.chat
    held = answer.status == 200 and isinstance(answer.json, dict) and bool(answer.json)
    form = "" if answer.status != 200 or held else ", no JSON object"
    return judged(
        held,
        f"{answer.status}{form} in {answer.seconds:.2f} s",
        "200 with JSON",
        "" if held else "see the AI provider's key and address (SOP Troubleshooting 2)",
    )


def load(visit: Visit) -> Verdict:
    document, limit = visit.document, visit.target.limits.load_s
    broken = [file for file in document.files if file.status != 200]
    if broken:
        what = "the page" if broken[0] is document.page else broken[0].path
        return judged(False, f"{what} answered {broken[0].status}", "200 for the page and its scripts")
    return judged(
        document.seconds < limit,
        f"{document.seconds:.2f} s with {counted(len(document.scripts), 'script')}",
        f"< {limit:g} s",
        "" if document.seconds < limit else "SOP Performance Optimization 1",
    )


def response(visit: Visit) -> Verdict:
    limit, first = visit.target.limits.response_s, visit.health
    more = (visit.ask("GET", visit.target.health_path) for _ in range(SAMPLES - 1))
    median = statistics.median(answer.seconds for answer in (first, *more))
    return judged(
        median < limit,
        f"{median * 1000:.0f} ms, median of {SAMPLES}",
        f"< {limit:g} s",
        "" if median < limit else "SOP Troubleshooting 2, slow performance",
    )


def _missing(body: Any) -> list[str]:
    """What the body of SOP 4.1 lacks."""
    if not isinstance(body, dict):
        return ["the body is no JSON object"]
    wrong = []
    if body.get("status") != "ok":
        wrong.append("status is not ok")
    try:
        datetime.fromisoformat(body["timestamp"])
    except (KeyError, TypeError, ValueError):
        wrong.append("timestamp is no time")
    uptime = body.get("uptime")
    if isinstance(uptime, bool) or not isinstance(uptime, int | float) or uptime < 0:
        wrong.append("uptime is no number")
    return wrong


SERVING = (
    Check(id="health", title="health check", sop="4.1", measure=health, is_watched=True, silence="failed"),
    Check(id="chat", title="chat answers Hello", sop="4.1", measure=chat, silence="failed"),
    Check(id="load", title="first page load", sop="4.2", measure=load, is_watched=True, silence="failed"),
    Check(id="response", title="response time", sop="5.1", measure=response, is_watched=True, silence="failed"),
)
