"""No message shows the value of a secret, whatever is wrong with it."""

from __future__ import annotations

import pytest

from tests.policies import stacks
from tests.policies.court import Court, broken

CANARY = "sk-canary4711canary4711"


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


SECRETS = ("NEXTAUTH_SECRET", "JWT_SECRET", "ADMIN_CLEANUP_KEY", "ZAI_API_KEY")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *((stacks.APP, ["env", name]) for name in (*SECRETS, "NODE_ENV", "NEXT_TELEMETRY_DISABLED", "CORS_ORIGIN")),
        (stacks.APP, ["args", 0]),
        (stacks.APP, ["description"]),
        (stacks.APP, ["git", "url"]),
        (stacks.APP, ["buildArgs", "NPM_TOKEN"]),
        (stacks.APP, ["labels", "deployed.by"]),
        ("deployment", ["triggers", "revision"]),
        (stacks.APP, ["healthCheck", "test", 3]),
        ("environment", ["plain", "SMTP_PASSWORD"]),
        ("environment", ["plain", "MAILER"]),
        ("schedule-backup", ["command"]),
    ],
)
@pytest.mark.parametrize("value", [CANARY, f"your-{CANARY}", f"https://user:{CANARY}@example.com/"])
def test_a_bad_secret_is_named_and_not_shown(court: Court, name: str, path: list[str | int], value: str) -> None:
    found = court.judge(broken(stacks.dokploy(), name, path, value))
    assert found or value == CANARY  # a variable may well hold one
    assert [violation.message for violation in found if "canary" in violation.message] == []


@pytest.mark.parametrize("variable", ["NEXTAUTH_URL", "DATABASE_URL"])
def test_an_address_is_shown_without_its_password(court: Court, variable: str) -> None:
    value = f"postgres://chat:{CANARY}@db.company.com/chat"
    found = court.judge(broken(stacks.dokploy(), stacks.APP, ["env", variable], value))
    assert [violation.message for violation in found if "canary" in violation.message] == []


def test_a_secret_that_previews_share_is_named_and_not_shown(court: Court) -> None:
    resources = broken(stacks.dokploy(), stacks.APP, ["env", "ADMIN_CLEANUP_KEY"], CANARY)
    found = court.judge(broken(resources, stacks.APP, ["previews", "env", "OTHER"], f"a {CANARY} b"))
    (shared,) = (one.message for one in found if one.rule == "environment-previews-apart")
    assert "OTHER of the previews holds the app's ADMIN_CLEANUP_KEY" in shared
    assert "canary" not in shared
