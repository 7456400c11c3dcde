"""Follows a preview: gathers what the engine says of each resource and each rule into a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Literal

from pulumi.automation import EngineEvent, OpType

from ops.verdict.catalogue import Catalogue
from ops.verdict.consequences import restarts_of, sizes_of
from ops.verdict.model import Change, Operation, PathChange, Resource, StackVerdict, Violation
from ops.verdict.values import ABSENT, at, text

ABOUT_EXEMPTIONS = "exemptions-in-force"
UNUSED = "exemptions-all-used"
NO_REASON = {"preview failed", "update failed", "refresh failed"}
"""What the engine says when something else is the reason, such as a rule that blocks."""

OPERATIONS: Mapping[OpType, Operation] = {
    OpType.CREATE: "create",
    OpType.IMPORT: "create",
    OpType.UPDATE: "update",
    OpType.REPLACE: "replace",
    OpType.CREATE_REPLACEMENT: "replace",
    OpType.IMPORT_REPLACEMENT: "replace",
    OpType.DELETE_REPLACED: "replace",
    OpType.DELETE: "delete",
}


class Collector:
    """Give `event` to the Automation API as `on_event`; `verdict` puts together what it saw.

    `tidy` takes secrets out of every text.
    """

    def __init__(self, stack: str, tidy: Callable[[str], str]) -> None:
        self._stack = stack
        self._tidy = tidy
        self._changes: dict[str, Change] = {}
        self._drift: dict[str, Change] = {}
        self._resources: dict[str, Resource] = {}
        self._inputs: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {}
        self._violations: dict[Violation, None] = {}
        self._unused = ""
        self._failures: dict[str, None] = {}
        self._packs = 0

    def event(self, event: EngineEvent) -> None:
        if event.res_outputs_event is not None:
            self._resource(event.res_outputs_event.metadata)
        if event.policy_event is not None:
            self._policy(event.policy_event)
        if event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            said = event.diagnostic_event.message.strip()
            if said not in NO_REASON:
                where = (event.diagnostic_event.urn or "").rpartition("::")[2]
                self._failures[self._tidy(f"{where}: {said}" if where else said)] = None
        if event.summary_event is not None:
            self._packs = len(event.summary_event.policy_packs or {})

    def verdict(
        self, catalogue: Catalogue, *, today: date, ended: str = "", looked: bool = False, seconds: float = 0.0
    ) -> StackVerdict:
        """`ended` is what a failed engine said last; `looked` is whether the server was read for drift."""
        found = tuple(_enriched(violation, catalogue) for violation in self._violations)
        failures = [*self._failures]
        if ended and not failures and not any(violation.level == "mandatory" for violation in found):
            failures = [self._tidy(ended)]
        if not failures and not self._packs:
            failures = ["no policy pack has judged this preview"]
        before, after = sizes_of(self._inputs)
        changes = sorted(self._changes.values(), key=lambda change: change.urn)
        return StackVerdict(
            stack=self._stack,
            changes=tuple(changes),
            unchanged=sum(
                item.operation == "same" and not item.type.startswith(("pulumi:", "chatzwa:"))
                for item in self._resources.values()
            ),
            violations=tuple(sorted(found, key=lambda each: (each.level != "mandatory", each.rule, each.urn))),
            exemptions=catalogue.in_force(self._stack, today, self._unused),
            drift=tuple(sorted(self._drift.values(), key=lambda change: change.urn)) if looked else None,
            before=before,
            after=after,
            restarts=restarts_of(changes, self._inputs),
            failures=tuple(failures),
            resources=tuple(self._resources.values()),
            seconds=seconds,
        )

    def _resource(self, done: Any) -> None:
        old = (done.old.inputs or {}) if done.old else {}
        new = (done.new.inputs or {}) if done.new else {}
        state = done.new or done.old
        if done.op == OpType.REFRESH:
            if state is not None and state.custom and (done.diffs or done.detailed_diff or done.new is None):
                self._drift[done.urn] = self._change(done, "delete" if done.new is None else "update", old, new)
            return
        if state is None or done.type.startswith("pulumi:providers:"):
            return
        operation = OPERATIONS.get(done.op)
        known = self._resources.get(done.urn)
        if known is None or known.operation == "same" or operation == "replace":
            self._resources[done.urn] = Resource(
                urn=done.urn,
                type=done.type,
                name=self._tidy(_name(done.urn)),
                parent=state.parent or "",
                operation=operation or "same",
            )
        if done.op not in {OpType.DELETE_REPLACED, OpType.DELETE} or done.urn not in self._inputs:
            self._inputs[done.urn] = (old, new if done.op != OpType.DELETE else {})
        if operation is not None and state.custom and (done.detailed_diff or done.urn not in self._changes):
            self._changes[done.urn] = self._change(done, operation, old, new)

    def _change(self, done: Any, operation: Operation, old: Mapping[str, Any], new: Mapping[str, Any]) -> Change:
        details = done.detailed_diff or {}
        paths = sorted({*details} or {*(done.diffs or ())}) if operation in {"update", "replace"} else []
        forced = [path for path, each in details.items() if each.diff_kind.value.endswith("-replace")]
        return Change(
            operation=operation,
            urn=done.urn,
            type=done.type,
            name=self._tidy(_name(done.urn)),
            paths=tuple(
                PathChange(path=self._tidy(path), before=self._shown(old, path), after=self._shown(new, path))
                for path in paths
            ),
            reasons=tuple(sorted(forced or done.keys or ())) if operation == "replace" else (),
        )

    def _shown(self, inputs: Mapping[str, Any], path: str) -> str:
        return self._tidy(text(at(inputs, path))) if inputs else ABSENT

    def _policy(self, found: Any) -> None:
        message = self._tidy(found.message.strip())
        if found.policy_name == ABOUT_EXEMPTIONS:
            return
        if found.policy_name == UNUSED:
            self._unused += message
        level: Literal["mandatory", "advisory"] = "mandatory" if found.enforcement_level == "mandatory" else "advisory"
        self._violations[Violation(rule=found.policy_name, level=level, urn=found.resource_urn or "", text=message)] = (
            None
        )


def _enriched(found: Violation, catalogue: Catalogue) -> Violation:
    """The sentence that the rule said, with remedy and section of their own."""
    rule = catalogue.by_id.get(found.rule)
    outcome, _, rest = found.text.partition("\n")
    said = rest.strip() if rest.strip() and (rule is None or outcome == rule.outcome) else found.text
    sentence, _, remedy = said.partition(" Remedy: ")
    if rule is not None:
        sentence = sentence.removesuffix(".").removesuffix(f" ({rule.cited})")
    return Violation(
        rule=found.rule,
        level=found.level,
        urn=found.urn,
        text=sentence.removeprefix(f"{found.name}: "),
        remedy=remedy or (rule.remedy if rule else ""),
        section=rule.cited if rule else "",
    )


def _name(urn: str) -> str:
    return urn.split("::", 3)[-1]
