"""The verdict as one comment on a pull request, and as the summary of a workflow's job."""

from __future__ import annotations

from collections.abc import Iterator

from ops.verdict import tables
from ops.verdict.escape import block, code, prose
from ops.verdict.fitting import fitted
from ops.verdict.links import Links
from ops.verdict.model import Report, StackVerdict
from ops.verdict.tables import Room

MARKER = "<!-- chatzwa-verdict -->"
"""By this the comment is found again."""

LIMIT = 60_000
"""GitHub takes 65,536 characters as a comment; the workflow writes some lines above it."""

ROOMS = (
    Room(),
    Room(paths=5),
    Room(paths=3, values=False),
    *(Room(rows=rows, paths=1, values=False) for rows in (200, 100, 50, 20, 10, 5, 2)),
)
"""How the comment is made shorter, step by step, until it fits."""

SIGNS = {"mergeable": "✅", "blocked": "⛔", "failed": "❌"}
HEADLINES = {
    "mergeable": "may be merged",
    "blocked": "is blocked by policies",
    "failed": "cannot be judged: a preview failed",
}


def comment(report: Report, links: Links, limit: int = LIMIT) -> str:
    """The whole comment, of `limit` bytes at most. What has no room is in the report's files."""
    for room in ROOMS:
        text = _text(report, links, room)
        if _fits(text, limit):
            return text
    # So many stacks that not even two rows of each have room: as many verdicts as fit.
    return fitted("\n".join(_head(report)), links.run, limit)


def _fits(text: str, limit: int) -> bool:
    return len(text.encode()) <= limit


def _text(report: Report, links: Links, room: Room) -> str:
    lines = [*_head(report)]
    for stack in report.stacks:
        lines += ["", *_stack(stack, room, links)]
    if room != Room():
        lines += ["", f"Shortened to fit a comment: the whole is in {links.rest}."]
    lines += ["", _foot(report, links), ""]
    return "\n".join(lines)


def _head(report: Report) -> Iterator[str]:
    yield MARKER
    yield f"## {SIGNS[report.outcome]} This change {HEADLINES[report.outcome]}"
    yield ""
    yield "| stack | verdict | create | update | replace | delete | downtime |"
    yield "|---|---|---|---|---|---|---|"
    for stack in report.stacks:
        replaced = stack.count("replace")
        counts = (
            stack.count("create"),
            stack.count("update"),
            f"**{replaced}**" if replaced else 0,
            stack.count("delete"),
        )
        downtime = "?" if stack.failures else "**yes**" if any(each.downtime for each in stack.restarts) else "no"
        yield (
            f"| {code(stack.stack)} | {SIGNS[stack.outcome]} {stack.sentence} | "
            f"{' | '.join(str(count) for count in counts)} | {downtime} |"
        )


def _stack(stack: StackVerdict, room: Room, links: Links) -> Iterator[str]:
    yield f"### {code(stack.stack)}: {stack.sentence}"
    if stack.failures:
        yield ""
        yield "The preview failed, so that what follows is not whole:"
        for failure in stack.failures[: room.rows]:
            yield ""
            yield block(failure if room.values else failure[:2000])
    if stack.base_failure:
        yield ""
        yield f"The base could not be deployed, so that everything counts as new: {prose(stack.base_failure[:500])}"
    parts = (
        tables.policies(stack, room, links),
        tables.changes(stack, room, links),
        tables.restarts(stack),
        tables.sizes(stack),
        tables.exemptions(stack, room, links),
        tables.drift(stack, room, links),
    )
    for part in parts:
        lines = list(part)
        if lines:
            yield ""
            yield from lines


def _foot(report: Report, links: Links) -> str:
    how = "A rehearsal" if report.rehearsed else "A preview"
    at = f" of {code(report.commit[:12])}" if report.commit else ""
    seen = "compared with what the base deploys" if report.compared else "everything is new to it"
    against = f" against a Dokploy in memory, with generated secrets: {seen}" if report.rehearsed else ""
    pack = f"{prose(report.catalogue.name)} {prose(report.catalogue.version)}, {len(report.catalogue.rules)} rules"
    run = f", [run]({links.run})" if links.run else ""
    return f"<sub>{how}{at}{against}. {report.made}, policies {pack}{run}.</sub>"
