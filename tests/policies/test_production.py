"""Which stacks are production's: the program and the pack, which know nothing of each other, say the same."""

from __future__ import annotations

import pytest
from sop.views.resource import is_production

from components import checks

STACKS = {
    "production": True,
    "Production": True,
    "prod-eu": True,
    "chatzwa-prd": True,
    "prod1": True,
    "live": True,
    "eu.live2": True,
    "staging": False,
    "local": False,
    "non-prod": False,
    "nonprod": False,
    "pre-production": False,
    "product-demo": False,
    "delivery": False,
}


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_is_one_of_production_by_its_name(stack: str) -> None:
    assert is_production(stack) == STACKS[stack]
    assert (checks._PRODUCTION.search(stack) is not None) == STACKS[stack]
