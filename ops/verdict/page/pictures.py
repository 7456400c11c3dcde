"""Pictures of numbers: rules by state, exemptions on a time line, sizes against the tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from components.fields import mebibytes, millicores
from components.values import TIERS
from ops.counted import counted
from ops.verdict.catalogue import Exemption
from ops.verdict.model import Sizes
from ops.verdict.page.parts import scroll, svg, svg_text
from ops.verdict.page.states import ORDER, TONES, State

BAR = 640
LONGEST_DAYS = 90
"""An exemption's longest life."""


def states(label: str, counts: Mapping[State, int]) -> str:
    """One bar, parted by state; the numbers stand in the words beside it."""
    total = sum(counts.values()) or 1
    x, parts = 0.0, []
    for state in reversed(ORDER):
        width = counts.get(state, 0) / total * BAR
        if width:
            parts.append(
                f'<rect class="fill-{TONES[state]}" x="{x:g}" y="0" width="{max(width - 1, 1):g}" height="14"/>'
            )
            x += width
    said = ", ".join(f"{counts[state]} {state}" for state in ORDER if counts.get(state))
    picture = svg(f"{label}: {said}", BAR, 14, parts)
    return picture.replace("<svg ", '<svg style="width:100%;height:14px" preserveAspectRatio="none" ')


def time_line(exemptions: Sequence[tuple[str, Exemption]], today: date) -> str:
    """A bar for each exemption, from today to its last day, over the longest life that one may have."""
    left, step = 300, 5.5
    parts, y = [], 40.0
    for days in range(0, LONGEST_DAYS + 1, 30):
        x = left + days * step
        parts.append(f'<path class="line" d="M{x:g} 24V{34 + 34 * len(exemptions):g}"/>')
        parts.append(svg_text(x - 30, 16, (today + timedelta(days=days)).isoformat(), css="quiet"))
    for stack, each in exemptions:
        width = max(min(each.days_left, LONGEST_DAYS), 0) * step + 3
        tone = "bad" if each.days_left < 7 else "warn" if each.days_left < 30 else "good"
        parts.append(svg_text(0, y + 13, f"{stack}: {each.rule}", longest=42))
        parts.append(f'<rect class="fill-{tone}" x="{left}" y="{y:g}" width="{width:g}" height="16" rx="3"/>')
        parts.append(svg_text(left + width + 8, y + 13, counted(each.days_left, "day")))
        y += 34
    label = f"{len(exemptions)} exemptions with the days that are left"
    return scroll(label, svg(label, left + LONGEST_DAYS * step + 90, y, parts))


def sizes(stack: str, given: Sizes) -> str:
    """Memory, CPU and storage as bars, with a line at each tier of the procedure."""
    rows = (
        ("memory", given.memory, mebibytes(given.memory), {n: mebibytes(t.memory) for n, t in TIERS.items()}),
        ("CPU", given.cpu, millicores(given.cpu), {n: millicores(t.cpu) for n, t in TIERS.items()}),
        ("storage", given.storage, mebibytes(given.storage), {n: mebibytes(t.storage) for n, t in TIERS.items()}),
    )
    left, width = 150, 480
    parts, y = [], 26.0
    for name, text, value, tiers in rows:
        most = max(value, *tiers.values()) * 1.1
        parts.append(svg_text(0, y + 14, f"{name} {text}"))
        parts.append(f'<rect class="track" x="{left}" y="{y:g}" width="{width}" height="18"/>')
        parts.append(f'<rect class="bar" x="{left}" y="{y:g}" width="{value / most * width:g}" height="18"/>')
        for tier, limit in tiers.items():
            x = left + limit / most * width
            parts.append(
                f'<path class="line" style="stroke:var(--text);stroke-width:2" d="M{x:g} {y - 4:g}V{y + 22:g}"/>'
            )
            if y == 26.0:
                parts.append(svg_text(x - 40, 14, tier, css="quiet"))
        y += 38
    label = f"Sizes of {stack}: {given.memory} memory, {given.cpu} CPU, {given.storage} storage, tier {given.tier}"
    return scroll(label, svg(label, left + width + 10, y, parts))
