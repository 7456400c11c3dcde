"""Exemptions: what they let through, and what makes one of them a violation itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sop.registry import RULES

from tests.policies import stacks
from tests.policies.court import TODAY, Court, Violation, broken

RULE = "sizing-replicas-single"
ENTRY: dict[str, Any] = {
    "rule": RULE,
    "resource": "*::chatzwa-application",
    "stack": "production",
    "reason": "A trial of a week",
    "owner": "Team",
    "ticket": "OPS-1",
    "expires": "2026-06-08",
}
BROKEN = broken(stacks.dokploy(), stacks.APP, ["replicas"], 2)


def _judge(tmp_path: Path, *entries: Any, stack: str = "production", text: str | None = None) -> list[Violation]:
    file = tmp_path / "exemptions.yaml"
    file.write_text(yaml.safe_dump({"exemptions": list(entries)}) if text is None else text)
    return Court(exemptions=file).judge(BROKEN, stack=stack)


def _levels(violations: list[Violation]) -> dict[str, str]:
    return {violation.rule: violation.level for violation in violations}


def test_an_exemption_lets_through_and_is_listed_with_the_days_that_are_left(tmp_path: Path) -> None:
    (listed,) = _judge(tmp_path, ENTRY)
    assert (listed.rule, listed.level) == ("exemptions-in-force", "advisory")
    assert "7 days left, until 2026-06-08. A trial of a week (Team, OPS-1)" in listed.message


@pytest.mark.parametrize(
    "change",
    [
        {"resource": "urn:pulumi:production::chatzwa::dokploy:index:Application::chatzwa-application"},
        {"stack": "prod*"},
        {"expires": TODAY},
        {"expires": TODAY + timedelta(days=90)},
    ],
    ids=str,
)
def test_it_may_name_a_resource_exactly_several_stacks_and_any_day_from_today_to_90_days(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    assert _levels(_judge(tmp_path, ENTRY | change)) == {"exemptions-in-force": "advisory"}


@pytest.mark.parametrize("change", [{"resource": "*::other"}, {"rule": "sizing-memory-minimum"}], ids=str)
def test_one_that_nothing_needs_warns_and_lets_nothing_through(tmp_path: Path, change: dict[str, Any]) -> None:
    found = _levels(_judge(tmp_path, ENTRY | change))
    assert found == {RULE: "mandatory", "exemptions-in-force": "advisory", "exemptions-all-used": "advisory"}


def test_one_of_another_stack_is_none_of_ours(tmp_path: Path) -> None:
    assert _levels(_judge(tmp_path, ENTRY | {"stack": "staging"})) == {RULE: "mandatory"}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"reason": "  "}, f"entry 1 ({RULE}) lacks reason"),
        ({"ticket": None, "owner": ""}, "lacks owner, ticket"),
        ({"rule": "sizing-memory-minimun"}, "entry 1 (sizing-memory-minimun) names no rule of this pack"),
        ({"expires": "2026-05-31"}, "for *::chatzwa-application expired on 2026-05-31"),
        ({"expires": "2026-08-31"}, "expires on 2026-08-31, in 91 days; 90 is the limit"),
        ({"expires": "soon"}, "expires on 'soon', which is no date"),
        ({"until": "2026-06-08"}, "has unknown fields: until"),
        ({"rule": "environment-secrets-hidden"}, "this rule takes no exemption"),
        ({"rule": "container-socket-away"}, "this rule takes no exemption"),
        ({"rule": "exemptions-entries-valid"}, "names no rule of this pack"),
    ],
    ids=str,
)
def test_a_bad_entry_blocks_by_itself_and_lets_nothing_through(
    tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    found = _judge(tmp_path, ENTRY | change)
    assert _levels(found) == {RULE: "mandatory", "exemptions-entries-valid": "mandatory"}
    (message,) = (one.message for one in found if one.rule == "exemptions-entries-valid")
    assert says in message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exemptions:\n- a: [", "exemptions.yaml cannot be read: line 2: expected the node content, but found"),
        ("exemptions:\n- {rule: sizing-cpu-minimum, expires: 2026-06-31}", "entry 1 (sizing-cpu-minimum) lacks"),
        ("- one", "holds no list named exemptions"),
        ("exemptions: {a: b}", "holds no list named exemptions"),
        ("exemption: []", "unknown key exemption"),
        ("exemptions: [never mind]", "entry 1 is no mapping"),
    ],
)
def test_an_unreadable_file_blocks(tmp_path: Path, text: str, says: str) -> None:
    found = _judge(tmp_path, text=text)
    assert _levels(found) == {RULE: "mandatory", "exemptions-entries-valid": "mandatory"}
    assert says in " ".join(one.message for one in found)


@pytest.mark.parametrize("day", ["2026-06-31", "2026-13-01", "'2026-02-30'"])
def test_a_day_that_is_none_is_named_with_its_entry(tmp_path: Path, day: str) -> None:
    text = yaml.safe_dump({"exemptions": [ENTRY]}).replace("'2026-06-08'", day)
    found = _judge(tmp_path, text=text)
    assert _levels(found) == {RULE: "mandatory", "exemptions-entries-valid": "mandatory"}
    assert any(f"entry 1 ({RULE}) expires on '{day.strip(chr(39))}', which is no date" in one.message for one in found)


def test_a_missing_file_blocks(tmp_path: Path) -> None:
    found = Court(exemptions=tmp_path / "gone.yaml").judge(BROKEN)
    assert _levels(found)["exemptions-entries-valid"] == "mandatory"


@pytest.mark.parametrize("text", ["", "exemptions:\n", "exemptions: []\n"])
def test_a_file_without_entries_is_in_order(tmp_path: Path, text: str) -> None:
    assert _levels(_judge(tmp_path, text=text)) == {RULE: "mandatory"}


def test_the_days_count_from_the_day_that_is_given(tmp_path: Path) -> None:
    file = tmp_path / "exemptions.yaml"
    file.write_text(yaml.safe_dump({"exemptions": [ENTRY]}))
    assert "1 day left" in Court(exemptions=file, today=date(2026, 6, 7)).judge(BROKEN)[-1].message
    assert "expired" in Court(exemptions=file, today=date(2026, 6, 9)).judge(BROKEN)[-1].message


def test_an_expired_entry_of_another_stack_does_not_stop_this_one(tmp_path: Path) -> None:
    expired = ENTRY | {"stack": "staging", "expires": "2026-05-01"}
    assert "exemptions-entries-valid" not in _levels(_judge(tmp_path, expired))
    assert "exemptions-entries-valid" in _levels(_judge(tmp_path, expired, stack="staging"))


def test_an_exemption_covers_a_rule_that_could_not_be_judged(tmp_path: Path) -> None:
    from tests.policies.court import UNKNOWN

    file = tmp_path / "exemptions.yaml"
    file.write_text(yaml.safe_dump({"exemptions": [ENTRY]}))
    unknown = broken(stacks.dokploy(), stacks.APP, ["replicas"], UNKNOWN)
    assert _levels(Court().judge(unknown)) == {RULE: "mandatory"}
    assert _levels(Court(exemptions=file).judge(unknown)) == {"exemptions-in-force": "advisory"}


def test_secrets_and_the_engines_socket_take_no_exemption() -> None:
    assert {rule.id for rule in RULES if not rule.exemptible} == {
        "environment-secrets-hidden",
        "environment-previews-apart",
        "container-socket-away",
    }
