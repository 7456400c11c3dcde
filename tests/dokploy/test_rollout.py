"""What a failed deployment says to the person at the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

import dokploy
from dokploy.rollout import ADVICE, AGAIN, ANEW, LOG_LINES, LOOKED_AT_AGAIN, Cause, RolloutError


def test_every_cause_has_its_advice() -> None:
    assert set(ADVICE) == set(get_args(Cause))


@pytest.mark.parametrize("cause", [cause for cause in get_args(Cause) if ADVICE[cause]])
def test_the_advice_of_the_cause_stands_before_the_next_command(cause: Cause) -> None:
    text = RolloutError("it broke", cause).text("web")
    next = AGAIN if cause in LOOKED_AT_AGAIN else ANEW
    assert text == f"deployment of web failed: it broke\n{ADVICE[cause]} {next[:1].upper()}{next[1:]}"


def test_a_cause_without_advice_says_the_next_command_alone() -> None:
    assert (
        RolloutError("it broke", "stopped")
        .text("web")
        .splitlines()[1]
        .startswith("Then run the update again (`make up` or `pulumi up`)")
    )


@pytest.mark.parametrize(
    ("cause", "section"), [("build", "1"), ("crash", "2 and 3"), ("memory", "3"), ("unhealthy", "3"), ("late", "3")]
)
def test_the_procedure_is_named_where_it_says_something(cause: Cause, section: str) -> None:
    assert f"Troubleshooting {section}" in ADVICE[cause]


def test_the_log_is_cut_to_its_last_lines_that_say_something() -> None:
    log = "\n\n".join(f"line {number}" for number in range(50)) + "\n \n"
    shown = [line for line in RolloutError("it broke", "crash", log=log).text("web").splitlines() if "|" in line]
    assert shown == [f"  | line {number}" for number in range(50 - LOG_LINES, 50)]


def test_no_remedy_of_the_provider_names_a_command_that_a_stack_with_policies_refuses_alone() -> None:
    folder = Path(dokploy.__path__[0])

    named = [path for path in folder.rglob("*.py") if "pulumi up" in path.read_text(encoding="utf-8")]

    assert named == [folder / "errors.py"]
