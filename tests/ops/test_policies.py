"""Which policies judge a run, and at which level."""

from __future__ import annotations

from pathlib import Path

from ops.policies import policy_options


def test_a_stack_with_a_level_of_its_own_is_judged_at_it_and_any_other_by_every_rule(tmp_path: Path) -> None:
    levels = tmp_path / "policies" / "levels"
    levels.mkdir(parents=True)
    (levels / "staging.json").write_text("{}")
    assert policy_options(tmp_path, "qa") == {"PULUMI_OPTION_POLICY_PACK": str(tmp_path / "policies")}
    assert policy_options(tmp_path, "staging") == {
        "PULUMI_OPTION_POLICY_PACK": str(tmp_path / "policies"),
        "PULUMI_OPTION_POLICY_PACK_CONFIG": str(levels / "staging.json"),
    }
