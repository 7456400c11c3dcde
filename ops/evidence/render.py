"""The records as people read them."""

from __future__ import annotations

from collections.abc import Sequence

from ops.evidence.records import Drill, Entry, Record, Rollback, Verification
from ops.verdict.escape import code, prose

COLUMNS = (
    *("time", "stack", "what", "result", "who", "commit", "changes", "policies", "exemptions", "deployment", "proof"),
)


def markdown(entries: Sequence[Entry]) -> str:
    """A table, newest first."""
    if not entries:
        return "No update has left evidence yet."
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    lines += [f"| {' | '.join((*_head(entry), *_rest(entry)))} |" for entry in reversed(entries)]
    return "\n".join(lines)


def _head(entry: Entry) -> tuple[str, ...]:
    ended = f"**{entry.result}** ({entry.exit_code})" if entry.exit_code else entry.result
    return (
        entry.time,
        code(entry.stack),
        entry.kind,
        ended,
        prose(entry.who),
        code(entry.commit[:12]) if entry.commit else "",
    )


def _rest(entry: Entry) -> tuple[str, ...]:
    match entry:
        case Record():
            return _of_update(entry)
        case Rollback():
            changes = f"from {code(entry.left)} to {code(entry.to)}"
            return changes, "", "", _deployment(entry.deployment_id), entry.proof
        case Verification():
            return "", "", "", code(entry.release) if entry.release else "", _of_checks(entry)
        case Drill():
            return "", "", "", "", code(entry.copy_restored) if entry.copy_restored else "none"


def _of_update(record: Record) -> tuple[str, ...]:
    policies = record.policies
    said = f"{policies.pack} {policies.version}: {len(policies.blocking)} block, {len(policies.advising)} advise"
    return (
        ", ".join(f"{count} {prose(name)}" for name, count in sorted(record.changes.items())) or "none",
        prose(said) if policies.pack else "no pack",
        "<br>".join(prose(each) for each in record.exemptions) or "none",
        _deployment(record.deployment_id),
        record.proof,
    )


def _of_checks(verification: Verification) -> str:
    """How many held, and by name those that did not."""
    parts = [f"{sum(outcome == 'ok' for outcome in verification.checks.values())} ok"]
    for word in ("failed", "not measured", "not applicable"):
        names = [prose(id) for id, outcome in verification.checks.items() if outcome == word]
        parts += [f"{word}: {', '.join(names)}"] if names else []
    return "; ".join(parts)


def _deployment(id: str) -> str:
    return code(id) if id else ""
