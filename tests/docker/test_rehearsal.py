"""The local stack is no matter of a Dokploy in memory."""

from __future__ import annotations

import pytest

from ops.errors import UsageError
from ops.progress import Progress
from ops.rehearsal.rehearse import Options, prepared
from tests.components.stacks import ROOT
from toolchain import locate


def test_a_rehearsal_of_a_stack_on_an_engine_says_that_it_needs_none() -> None:
    with (
        pytest.raises(UsageError, match=r"local needs no rehearsal: .*`make up STACK=local` is one already"),
        prepared(Options(root=ROOT, stack="local"), locate(), Progress()),
    ):
        pass
