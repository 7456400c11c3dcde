"""The sections of the readiness page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from ops.counted import counted
from ops.evidence.records import Record
from ops.verdict.catalogue import Sentence
from ops.verdict.escape import markup
from ops.verdict.links import Links
from ops.verdict.model import Report, StackVerdict
from ops.verdict.page import pictures
from ops.verdict.page.graph import graph
from ops.verdict.page.parts import chip, code, link, table
from ops.verdict.page.states import ORDER, TONES, State, of_rule, of_sentence, state_of

SHOWN_RECORDS = 50
CARDS = {"mergeable": "good", "blocked": "bad", "failed": "bad"}


def verdict(report: Report) -> Iterator[str]:
    yield '<div class="cards">'
    for stack in report.stacks:
        counts = ", ".join(
            f"{stack.count(o)} to {o}" for o in ("create", "update", "replace", "delete") if stack.count(o)
        )
        downtime = any(each.downtime for each in stack.restarts)
        after = "unknown, the preview failed" if stack.failures else "yes" if downtime else "no"
        yield f'<article class="card {CARDS[stack.outcome]}"><h3>{markup(stack.stack)}</h3>'
        yield f'<p class="big">{markup(stack.sentence)}</p>'
        yield f"<p>{markup(counts or 'no change')}; downtime: {after}</p></article>"
    yield "</div>"
    for stack in report.stacks:
        for failure in stack.failures:
            yield f"<h3>Why the preview of {markup(stack.stack)} failed</h3><pre>{markup(failure)}</pre>"
    yield from _changes(report)


def _changes(report: Report) -> Iterator[str]:
    rows = [
        (
            code(change.name),
            markup(stack.stack),
            f"<strong>replace</strong>, because of {markup(', '.join(change.reasons))}"
            if change.reasons
            else change.operation,
            "<br>".join(f"{code(p.path)}: {code(p.before)} → {code(p.after)}" for p in change.paths),
        )
        for stack in report.stacks
        for change in stack.changes
    ]
    if rows:
        yield f"<details><summary>{counted(len(rows), 'change')}</summary>"
        yield table("Changes", ("resource", "stack", "change", "properties"), rows)
        yield "</details>"


def coverage(report: Report, links: Links) -> Iterator[str]:
    states = {sentence: of_sentence(report, sentence) for sentence in report.catalogue.coverage}
    kept, ruled = sum(state == "kept" for state in states.values()), sum(state is not None for state in states.values())
    yield (
        f"<p>{len(states)} sentences of the procedure: {ruled} are judged by rules, {kept} of them are kept; "
        f"{len(states) - ruled} have a reason why no rule can judge them.</p>"
    )
    yield pictures.states("Sentences", Counter(state for state in states.values() if state is not None))
    sections: dict[str, list[Sentence]] = {}
    for sentence in report.catalogue.coverage:
        sections.setdefault(sentence.section, []).append(sentence)
    rows = []
    for section, sentences in sections.items():
        for number, sentence in enumerate(sentences):
            state = states[sentence]
            proof = ", ".join(link(links.rule(rule), rule) for rule in sentence.rules) or markup(sentence.why)
            rows.append(
                (
                    markup(section) if number == 0 else f'<span class="quiet">{markup(section)}</span>',
                    markup(sentence.says),
                    chip(state, TONES[state]) if state else chip("no rule", "none"),
                    proof,
                )
            )
    yield table("Coverage of the procedure", ("section", "what it says", "state", "evidence"), rows)


def rules(report: Report, links: Links) -> Iterator[str]:
    by_state: dict[State, list[Sequence[str]]] = {}
    for rule in report.catalogue.rules:
        states = [state_of(rule, stack) for stack in report.stacks]
        row = (
            link(links.rule(rule.id), rule.id),
            markup(rule.severity),
            markup(rule.section),
            *(chip(_said(state), TONES[state]) for state in states),
            markup(rule.outcome),
        )
        by_state.setdefault(of_rule(report, rule), []).append(row)
    yield pictures.states("Rules", {state: len(rows) for state, rows in by_state.items()})
    head = ("rule", "severity", "SOP", *(stack.stack for stack in report.stacks), "what holds when it is kept")
    for state in ORDER:
        if found := by_state.get(state):
            opened = "" if state == "kept" else " open"
            title = f"{chip(_said(state), TONES[state])} {counted(len(found), 'rule')}"
            yield f"<details{opened}><summary>{title}</summary>"
            yield table(f"Rules: {state}", head, found)
            yield "</details>"
    yield from _broken(report)


def _broken(report: Report) -> Iterator[str]:
    rows = [
        (
            markup(found.rule),
            markup(stack.stack),
            code(found.name) if found.urn else "the stack",
            markup(found.text),
            markup(found.remedy),
        )
        for stack in report.stacks
        for found in stack.violations
    ]
    if rows:
        yield "<h3>What is wrong, and what helps</h3>"
        yield table("Violations", ("rule", "stack", "resource", "what is wrong", "remedy"), rows)


def exemptions(report: Report) -> Iterator[str]:
    found = sorted(
        ((stack.stack, each) for stack in report.stacks for each in stack.exemptions), key=lambda pair: pair[1].expires
    )
    if not found:
        yield "<p>None is in force: every rule holds without exception.</p>"
        return
    yield pictures.time_line(found, _day(report))
    yield table(
        "Exemptions",
        ("rule", "stack", "resource", "until", "reason", "owner", "ticket"),
        (
            (
                markup(each.rule),
                markup(stack),
                code(each.resource),
                f"{each.expires}" + ("" if each.used else ", not needed any more"),
                *(markup(text) for text in (each.reason, each.owner, each.ticket)),
            )
            for stack, each in found
        ),
    )


def sizes(report: Report) -> Iterator[str]:
    known = [(stack, stack.after or stack.before) for stack in report.stacks]
    for stack, size in known:
        yield f"<h3>{markup(stack.stack)}</h3>"
        if size is None:
            yield '<p class="quiet">The preview came to no tier.</p>'
            continue
        changed = f", before it was {stack.before.tier}" if stack.before and stack.before != size else ""
        yield f"<p>Tier {markup(size.tier)}{markup(changed)}. The lines are the tiers of SOP 2.3.</p>"
        try:
            yield pictures.sizes(stack.stack, size)
        except ValueError as error:
            # A size that is no size is for the rules to block, and for the page to show.
            yield f"<p>{markup(str(error))}</p>"


def resources(report: Report) -> Iterator[str]:
    for stack in report.stacks:
        yield f"<h3>{markup(stack.stack)}</h3>"
        yield graph(stack)
        yield from _drift(stack)


def _drift(stack: StackVerdict) -> Iterator[str]:
    if stack.drift is None:
        return
    if not stack.drift:
        yield "<p>No drift: the server holds what the state says.</p>"
        return
    yield f"<p><strong>Drift</strong>: {counted(len(stack.drift), 'resource')} changed by hand on the server.</p>"
    yield table(
        f"Drift of {stack.stack}",
        ("resource", "in the state → on the server"),
        (
            (
                code(change.name),
                "<br>".join(f"{code(p.path)}: {code(p.before)} → {code(p.after)}" for p in change.paths) or "deleted",
            )
            for change in stack.drift
        ),
    )


def history(records: Sequence[Record]) -> Iterator[str]:
    if not records:
        yield '<p class="quiet">No update has left evidence here yet.</p>'
        return
    yield table(
        "Updates",
        ("time", "stack", "result", "who", "commit", "changes", "policies", "proof"),
        (
            (
                markup(record.time),
                markup(record.stack),
                chip(record.result, "good" if record.result == "succeeded" else "bad"),
                markup(record.who),
                code(record.commit[:12]),
                markup(", ".join(f"{count} {name}" for name, count in sorted(record.changes.items())) or "none"),
                markup(f"{record.policies.pack} {record.policies.version}".strip() or "no pack"),
                markup(record.proof),
            )
            for record in list(reversed(records))[:SHOWN_RECORDS]
        ),
    )


def _said(state: State) -> str:
    return {"unjudged": "not judged", "elsewhere": "production only"}.get(state, state)


def _day(report: Report) -> date:
    return datetime.fromisoformat(report.made).date()
