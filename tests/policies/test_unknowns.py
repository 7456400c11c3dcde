"""A value that a preview does not know yet never lets a rule pass in silence."""

from __future__ import annotations

import pytest

from tests.policies import stacks
from tests.policies.breaks import BREAKS, Break
from tests.policies.court import UNKNOWN, Court, broken

CASES = list(
    {(case.rule, case.platform, tuple(case.path)): case for case in BREAKS if case.path != ["protected"]}.values()
)


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def _is_read(case: Break) -> bool:
    """Whether the rule reads the very value: it may also ask only whether a variable is there.

    A container's image that is unknown is made by another resource, which is judged in its place, and commands are
    judged again right before they run.
    """
    asks_only = case.rule in ("environment-required-present", "environment-ai-complete")
    return not asks_only and (case.name, case.path) != ("container", ["image"]) and case.name != "cron"


@pytest.mark.parametrize("case", [case for case in CASES if _is_read(case)], ids=str)
def test_what_a_rule_reads_may_not_be_unknown(court: Court, case: Break) -> None:
    make, stack = (stacks.dokploy, "production") if case.platform == "dokploy" else (stacks.docker, "local")
    found = court.judge(broken(make(), case.name, case.path, UNKNOWN), stack=stack)
    (first, *_) = [violation for violation in found if violation.rule == case.rule] or [None]
    assert first is not None, [violation.rule for violation in found]
    assert first.level == "mandatory"
    assert f"cannot be judged: {'.'.join(map(str, case.path))} is unknown" in first.message


def test_an_unknown_value_stops_only_the_rules_that_read_it(court: Court) -> None:
    found = court.judge(broken(stacks.dokploy(), stacks.APP, ["stopGracePeriodSeconds"], UNKNOWN))
    assert [violation.rule for violation in found] == ["runtime-stop-graceful"]


def test_secrets_that_a_state_withholds_are_unknown_too(court: Court) -> None:
    found = court.judge(broken(stacks.dokploy(), stacks.APP, ["env"], "[secret]"))
    (node,) = (violation for violation in found if violation.rule == "environment-node-production")
    assert "cannot be judged: env is unknown" in node.message


def test_a_container_whose_image_another_resource_pulls_is_let_through(court: Court) -> None:
    assert court.judge(broken(stacks.docker(), "container", ["image"], UNKNOWN), stack="local") == []
