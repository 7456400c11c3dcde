"""Which policies judge a run, and at which level."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.__main__ import app
from ops.errors import UsageError
from ops.policies import policy_options, require_pack

ROOT = Path(__file__).resolve().parents[2]


def test_a_stack_with_a_level_of_its_own_is_judged_at_it_and_any_other_by_every_rule(tmp_path: Path) -> None:
    levels = tmp_path / "policies" / "levels"
    levels.mkdir(parents=True)
    (levels / "staging.json").write_text("{}")
    assert policy_options(tmp_path, "qa") == {"PULUMI_OPTION_POLICY_PACK": str(tmp_path / "policies")}
    assert policy_options(tmp_path, "staging") == {
        "PULUMI_OPTION_POLICY_PACK": str(tmp_path / "policies"),
        "PULUMI_OPTION_POLICY_PACK_CONFIG": str(levels / "staging.json"),
    }


def test_the_pack_of_the_checkout_is_one() -> None:
    require_pack(ROOT / "policies")


@pytest.mark.parametrize(
    ("made", "missing"),
    [((), "PulumiPolicy.yaml and no sop"), (("sop",), "PulumiPolicy.yaml"), (("PulumiPolicy.yaml",), "sop")],
)
def test_a_folder_that_is_no_pack_is_wrong_usage(tmp_path: Path, made: tuple[str, ...], missing: str) -> None:
    for name in made:
        (tmp_path / name).mkdir()

    ended = CliRunner().invoke(app, ["report", "--rehearse", "--policies", str(tmp_path)])

    assert isinstance(ended.exception, UsageError)
    assert str(ended.exception) == f"--policies: {tmp_path} holds no {missing}"
