"""The tables of the comment on a pull request, in Markdown. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ops.counted import counted
from ops.verdict.escape import code, prose
from ops.verdict.links import Links
from ops.verdict.model import Change, PathChange, StackVerdict


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much of each table is shown: rows a table, paths a row, and whether values stand beside paths."""

    rows: int = 1_000_000
    paths: int = 1_000_000
    values: bool = True


def changes(stack: StackVerdict, room: Room, links: Links) -> Iterator[str]:
    if not stack.changes:
        yield f"**Changes**: none, {counted(stack.unchanged, 'resource')} unchanged."
        return
    yield f"**Changes** ({len(stack.changes)}, {stack.unchanged} unchanged)"
    yield from _table(
        ("resource", "type", "change", "properties"),
        (
            (
                code(change.name),
                code(change.type.rpartition(":")[2]),
                f"**replace**: {', '.join(map(code, change.reasons[: room.paths])) or 'asked for'}"
                if change.operation == "replace"
                else change.operation,
                _paths(change, room),
            )
            for change in stack.changes
        ),
        room,
        links,
    )


def policies(stack: StackVerdict, room: Room, links: Links) -> Iterator[str]:
    if not stack.violations:
        if not stack.failures:
            yield "**Policies**: every rule is kept."
        return
    yield f"**Policies** ({len(stack.blocking)} block, {len(stack.advising)} advise)"
    yield from _table(
        ("rule", "", "resource", "what is wrong", "remedy", "procedure"),
        (
            (
                f"[{prose(found.rule)}](<{links.rule(found.rule)}>)",
                "**blocks**" if found.level == "mandatory" else "advises",
                code(found.name) if found.urn else "the stack",
                prose(found.text),
                prose(found.remedy),
                prose(found.section),
            )
            for found in stack.violations
        ),
        room,
        links,
    )


def exemptions(stack: StackVerdict, room: Room, links: Links) -> Iterator[str]:
    if not stack.exemptions:
        return
    yield f"**Exemptions in force** ({len(stack.exemptions)})"
    yield from _table(
        ("rule", "resource", "days left", "until", "reason", "owner", "ticket"),
        (
            (
                prose(each.rule),
                code(each.resource),
                str(each.days_left) if each.used else f"{each.days_left}, not needed any more",
                each.expires.isoformat(),
                prose(each.reason),
                prose(each.owner),
                prose(each.ticket),
            )
            for each in sorted(stack.exemptions, key=lambda each: each.expires)
        ),
        room,
        links,
    )


def drift(stack: StackVerdict, room: Room, links: Links) -> Iterator[str]:
    if stack.drift is None:
        return
    if not stack.drift:
        yield "**Drift**: none, the server holds what the state says."
        return
    yield f"**Drift** ({len(stack.drift)}): changed by hand on the server"
    yield from _table(
        ("resource", "type", "what happened", "in the state → on the server"),
        (
            (
                code(change.name),
                code(change.type.rpartition(":")[2]),
                "deleted" if change.operation == "delete" else "changed",
                _paths(change, room),
            )
            for change in stack.drift
        ),
        room,
        links,
    )


def sizes(stack: StackVerdict) -> Iterator[str]:
    before, after = stack.before, stack.after
    if before is None and after is None:
        return
    if before == after and after is not None:
        parts = f"{after.memory} memory, {after.cpu} CPU, {after.storage} storage"
        yield f"**Sizes**: {prose(after.tier)}, {prose(parts)}, as before."
        return
    yield "**Sizes**"
    yield from _table(
        ("", "tier", "memory", "CPU", "storage"),
        (
            (
                title,
                *(prose(part) for part in ((size.tier, size.memory, size.cpu, size.storage) if size else ["none"] * 4)),
            )
            for title, size in (("before", before), ("after", after))
        ),
        Room(),
        Links(),
    )


def restarts(stack: StackVerdict) -> Iterator[str]:
    if stack.failures:
        return
    if not stack.restarts:
        yield "**Restarts**: nothing restarts, no downtime."
        return
    yield "**Restarts**"
    yield from _table(
        ("what", "because of", "downtime"),
        (
            (code(each.name), prose(each.reason), f"{'**yes**' if each.downtime else 'no'}, {prose(each.why)}")
            for each in stack.restarts
        ),
        Room(),
        Links(),
    )


def _paths(change: Change, room: Room) -> str:
    shown = [_path(path, room) for path in change.paths[: room.paths]]
    more = len(change.paths) - len(shown)
    return "<br>".join([*shown, *([f"and {more} more"] if more else [])])


def _path(path: PathChange, room: Room) -> str:
    return f"{code(path.path)}: {code(path.before)} → {code(path.after)}" if room.values else code(path.path)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], room: Room, links: Links) -> Iterator[str]:
    given = list(rows)
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in given[: room.rows]:
        yield f"| {' | '.join(row)} |"
    if len(given) > room.rows:
        yield ""
        yield f"{counted(len(given) - room.rows, 'more row')} in {links.rest}."
