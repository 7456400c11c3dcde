"""What stands beside a compliant stack, or in the place of something in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.policies import stacks
from tests.policies.court import UNKNOWN, Given, Violation, broken

DB = "/app/data/db/database.db"


def rules_of(violations: Iterable[Violation]) -> list[str]:
    """The rules that report something."""
    return sorted({violation.rule for violation in violations})


def schedule(command: str, **props: Any) -> Given:
    """A schedule beside the good ones."""
    given = {"name": "other", "cronExpression": "0 5 * * *", "command": command, **props}
    return Given(
        type="dokploy:index:Schedule",
        name="other",
        props={"applicationId": UNKNOWN, **given},
        sources={"applicationId": [stacks.APP]},
    )


def host_command(**props: Any) -> Given:
    """A command of pulumi-command with these properties."""
    return Given(type="command:local:Command", name="other", props=props)


def copied_by(command: str) -> list[Given]:
    """The compliant stack with another command for its copies."""
    return broken(stacks.dokploy(), "schedule-backup", ["command"], command)
