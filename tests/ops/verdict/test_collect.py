"""What the engine says of a preview, event by event, and the verdict that comes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pulumi.automation import EngineEvent

from ops.masking import Masking
from ops.verdict.catalogue import Catalogue, Entry, read_catalogue
from ops.verdict.collect import Collector
from ops.verdict.model import StackVerdict
from ops.verdict.values import SECRET_KEY, UNKNOWN, at, text
from tests.ops.verdict.example import APPLICATION, CATALOGUE, MEMORY

TODAY = date(2026, 11, 25)
PASSWORD = "correct-horse-battery"
SECRET = {SECRET_KEY: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
SUMMARY = {"summaryEvent": {"PolicyPacks": {"chatzwa-sop|local|/p": "0.1.0"}, "resourceChanges": {}}}


def done(operation: str, *, urn: str = APPLICATION, old: Any = None, new: Any = None, **more: Any) -> dict[str, Any]:
    kind = urn.split("::")[2].rpartition("$")[2]

    def state(inputs: Any) -> Any:
        return None if inputs is None else {"type": kind, "urn": urn, "custom": True, "inputs": inputs}

    metadata = {"op": operation, "urn": urn, "type": kind, "old": state(old), "new": state(new), **more}
    return {"resOutputsEvent": {"metadata": metadata}}


def broken(rule: str = MEMORY.id, level: str = "mandatory", message: str = "1024Mi is too little") -> dict[str, Any]:
    said = f"{MEMORY.outcome}\nchatzwa-application: {message} (SOP 2.3). Remedy: grow\n"
    return {
        "policyEvent": {
            "policyName": rule,
            "enforcementLevel": level,
            "resourceUrn": APPLICATION,
            "message": said,
            "color": "never",
        }
    }


def error(message: str) -> dict[str, Any]:
    return {"diagnosticEvent": {"severity": "error", "message": message, "color": "never", "urn": APPLICATION}}


def judged(*events: dict[str, Any], ended: str = "", looked: bool = False, **catalogue: Any) -> StackVerdict:
    collector = Collector("staging", Masking([PASSWORD]).text)
    for event in (*events, SUMMARY):
        collector.event(EngineEvent.from_json({"sequence": 0, "timestamp": 0, **event}))
    return collector.verdict(CATALOGUE.model_copy(update=catalogue), today=TODAY, ended=ended, looked=looked)


def test_an_update_names_each_path_with_its_values_and_no_secret() -> None:
    paths = ('env["KEY"]', 'env["PLAIN"]', "memoryLimit", "healthCheck.test[1]", "release")
    found = judged(
        done(
            "update",
            old={"env": {"KEY": SECRET}, "memoryLimit": "2048Mi", "healthCheck": {"test": ["CMD", "a"]}},
            new={
                "env": {"KEY": SECRET, "PLAIN": PASSWORD},
                "memoryLimit": "4096Mi",
                "healthCheck": {"test": ["CMD", "b"]},
                "release": UNKNOWN,
            },
            detailedDiff={path: {"diffKind": "update", "inputDiff": True} for path in paths},
        )
    )

    assert {path.path: (path.before, path.after) for path in found.changes[0].paths} == {
        'env["KEY"]': ("[secret]", "[secret]"),
        'env["PLAIN"]': ("(none)", "[secret]"),
        "memoryLimit": ("2048Mi", "4096Mi"),
        "healthCheck.test[1]": ("a", "b"),
        "release": ("(none)", "(known after the update)"),
    }


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_steps_of_a_replacement_are_one_change_with_its_reason(order: tuple[int, ...]) -> None:
    details = {
        "applicationId": {"diffKind": "update-replace", "inputDiff": True},
        "mountPath": {"diffKind": "update", "inputDiff": True},
    }
    steps = (
        done("create-replacement", old={"applicationId": "a"}, new={"applicationId": "b"}, detailedDiff=details),
        done("replace", old={"applicationId": "a"}, new={"applicationId": "b"}, detailedDiff=details),
        done("delete-replaced", old={"applicationId": "a"}),
    )

    found = judged(*(steps[index] for index in order))

    assert [(change.operation, change.reasons) for change in found.changes] == [("replace", ("applicationId",))]


def test_a_refresh_tells_what_was_changed_and_what_was_deleted_by_hand() -> None:
    other = APPLICATION.replace("chatzwa-application", "other")
    found = judged(
        done("refresh", old={"memoryLimit": "2048Mi"}, new={"memoryLimit": "1024Mi"}, diffs=["memoryLimit"]),
        done("refresh", urn=other, old={"memoryLimit": "2048Mi"}),
        looked=True,
    )

    assert found.changes == ()
    assert [(change.name, change.operation) for change in found.drift or ()] == [
        ("chatzwa-application", "update"),
        ("other", "delete"),
    ]


def test_a_rule_that_blocks_is_no_failed_preview() -> None:
    found = judged(broken(), error("preview failed\n"), ended="error: preview failed")

    assert (found.outcome, found.blocking) == ("blocked", (MEMORY.id,))
    assert (found.violations[0].text, found.violations[0].remedy) == ("1024Mi is too little", "grow")
    assert found.violations[0].section == "SOP 2.3"


def test_a_failed_preview_is_worse_than_a_blocked_one() -> None:
    found = judged(broken(), error(f"it broke with {PASSWORD}"), ended="error: preview failed")

    assert (found.outcome, found.sentence) == ("failed", "preview failed, and blocked by 1 rule")
    assert found.failures == ("chatzwa-application: it broke with [secret]",)


def test_an_engine_that_ends_without_a_word_has_failed() -> None:
    assert judged(ended="no stack named staging found").failures == ("no stack named staging found",)


def test_a_preview_that_no_pack_has_judged_proves_nothing() -> None:
    collector = Collector("staging", str)
    collector.event(EngineEvent.from_json({"sequence": 0, "timestamp": 0, "summaryEvent": {"resourceChanges": {}}}))

    verdict = collector.verdict(CATALOGUE, today=TODAY)

    assert (verdict.outcome, verdict.failures) == ("failed", ("no policy pack has judged this preview",))


def test_the_same_violation_is_told_once() -> None:
    assert len(judged(broken(), broken()).violations) == 1


def test_exemptions_of_the_stack_come_with_their_days_and_whether_they_are_needed() -> None:
    entry = Entry(
        rule="container-image-pinned",
        resource="*::chatzwa-application",
        stack="stag*",
        reason="shared tag",
        owner="A Person",
        ticket="OPS-42",
        expires=date(2026, 12, 1),
    )
    other = entry.model_copy(update={"stack": "production"})
    unneeded = {
        "policyEvent": {
            **broken(rule="exemptions-all-used", level="advisory")["policyEvent"],
            "message": "An exemption ...\ncontainer-image-pinned for *::chatzwa-application in stag* is not needed.",
        }
    }

    used = judged(exemptions=(entry, other)).exemptions
    unused = judged(unneeded, exemptions=(entry, other)).exemptions

    assert [(each.days_left, each.used) for each in used] == [(6, True)]
    assert [(each.days_left, each.used) for each in unused] == [(6, False)]


@pytest.mark.parametrize(("order", "downtime"), [("stop-first", True), ("start-first", False), (None, True)])
def test_a_deployment_restarts_the_app_with_downtime_unless_it_starts_first(order: str | None, downtime: bool) -> None:
    deployment = "urn:pulumi:staging::chatzwa::dokploy:index:Deployment::chatzwa-deployment"
    details = {"triggers.generation": {"diffKind": "update", "inputDiff": True}}
    found = judged(
        done("same", old={}, new={"updatePolicy": {"order": order}} if order else {"name": "chatzwa"}),
        done("update", urn=deployment, old={"triggers": {}}, new={"triggers": {}}, detailedDiff=details),
    )

    assert [(each.reason, each.downtime) for each in found.restarts] == [("triggers.generation", downtime)]


def test_values_are_short_lines() -> None:
    assert text({"a": [1.0, SECRET, UNKNOWN]}) == '{"a": [1.0, "[secret]", "(unknown)"]}'
    assert text(2.0) == "2"
    assert text("two\nlines") == "two lines"
    assert len(text("x" * 1000)) == 60
    assert at({"a": ["b"]}, "a[7]") is None
    assert text(at({"env": SECRET}, 'env["KEY"]')) == "[secret]"


def test_the_real_pack_describes_itself() -> None:
    catalogue: Catalogue = read_catalogue(Path(__file__).resolve().parents[3] / "policies", TODAY)

    assert catalogue.name == "chatzwa-sop"
    assert {rule for sentence in catalogue.coverage for rule in sentence.rules} <= set(catalogue.by_id)
    assert all(sentence.rules or sentence.why for sentence in catalogue.coverage)
