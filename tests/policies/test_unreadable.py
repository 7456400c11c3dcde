"""A rule that fails over a value has not passed: it says so by its name, and nothing of the value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sop import pack
from sop.registry import RULES
from sop.rule import Rule
from sop.views.family import Family

from tests.policies import stacks
from tests.policies.court import Court

CANARY = "canary-4711"


def _fails(_: Any) -> Iterator[str]:
    raise ValueError(CANARY)


class _NoFamilies(Family):
    @classmethod
    def views(cls, resources: Any) -> Iterator[Any]:
        raise ValueError(CANARY)


def _rule(id: str) -> Rule:
    return next(rule for rule in RULES if rule.id == id)


@pytest.mark.parametrize(
    "rule",
    [
        replace(_rule("sizing-replicas-single"), find=_fails),
        replace(_rule("backup-copy-scheduled"), find=_fails),
        replace(_rule("backup-copy-scheduled"), judges=_NoFamilies),
    ],
    ids=["about a resource", "about the stack", "about a stack that cannot be put together"],
)
def test_it_blocks_by_its_name(monkeypatch: pytest.MonkeyPatch, rule: Rule) -> None:
    monkeypatch.setattr(pack.policies, "__defaults__", ((rule,), pack.FILE, None))
    (found,) = Court().judge(stacks.dokploy())
    assert (found.rule, found.level) == (rule.id, "mandatory")
    assert "cannot be judged: a value has a form that this rule cannot read (ValueError)" in found.message
    assert CANARY not in found.message
