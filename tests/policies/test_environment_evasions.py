"""What would slip past the rules about variables and secrets is reported; what only looks like it is let through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from pulumi_policy.deserialize import SPECIAL_SECRET_SIG, SPECIAL_SIG_KEY

from tests.policies import stacks
from tests.policies.court import UNKNOWN, Court, Given, broken
from tests.policies.lookalikes import NAMES, NO_SECRETS, PLACEHOLDERS, SENTENCES, VALUES

APP = stacks.APP
GITHUB = "ghp_0123456789abcdefghij0123"
TOKEN_LINE = f"git clone https://bot:{GITHUB}@github.com/chatzwa.git"
GIT = f"https://bot:{GITHUB}@github.com/x.git"

HIDDEN = "environment-secrets-hidden"
REAL = "environment-values-real"
APART = "environment-previews-apart"
HTTPS = "environment-auth-https"
DOMAIN = "environment-auth-domain"

Path = Sequence[str | int]
Case = tuple[str, str, Path, Any]


def secret(value: Any) -> dict[str, Any]:
    """A value as the engine sends one that is marked as secret."""
    return {SPECIAL_SIG_KEY: SPECIAL_SECRET_SIG, "value": value}


MORE = [
    Given(type="dokploy:index:Mount", name="file", props={"type": "file", "mountPath": "/app/x", "filePath": "x"}),
    Given(type="command:local:Command", name="local", props={"create": "true"}),
    Given(type="command:remote:Command", name="remote", props={"create": "true", "connection": {"host": "db"}}),
    Given(type="docker:index/image:Image", name="built", props={"imageName": "chatzwa:1.4.2", "build": {"args": {}}}),
    Given(
        type="docker:index/container:Container",
        name="plain",
        props={key: value for key, value in stacks.docker()[-1].props.items() if key != "ports"},
    ),
]


@pytest.fixture(scope="module")
def court() -> Court:
    return Court()


def judged(court: Court, *changes: tuple[str, Path, Any]) -> dict[str, str]:
    """What is reported about a compliant stack after some changes: the messages by their rules."""
    resources = [*stacks.dokploy(), *MORE]
    known = {(one.rule, one.message) for one in court.judge(resources)}
    for name, path, value in changes:
        resources = broken(resources, name, path, value)
    found = [one for one in court.judge(resources) if (one.rule, one.message) not in known]
    return {one.rule: "\n".join(each.message for each in found if each.rule == one.rule) for one in found}


def plain(name: str, value: str) -> Case:
    return (HIDDEN, "environment", ["plain", name], value)


def env(rule: str, name: str, value: str) -> Case:
    return (rule, APP, ["env", name], value)


def preview(name: str, value: str) -> Case:
    return (APART, APP, ["previews", "env", name], value)


PLACES: list[tuple[str, Path, Any]] = [
    (APP, ["git", "url"], GIT),
    (APP, ["git", "url"], "https://0a1b2c3d4e5f60718293a4b5@git.company.com/x.git"),
    (APP, ["gitlab"], {"owner": GIT}),
    (APP, ["gitea"], {"repository": GIT}),
    (APP, ["bitbucket"], {"repository": GIT}),
    (APP, ["buildArgs", "NPM_REGISTRY"], "https://ci:hunter2hunter2@npm.company.com"),
    (APP, ["buildArgs", "NPM_TOKEN"], "0a1b2c3d4e5f"),
    (APP, ["labels", "deployed.by"], GITHUB),
    (APP, ["labels", "api-token"], "0a1b2c3d4e5f"),
    (APP, ["args", 0], TOKEN_LINE),
    ("file", ["content"], f"registry=https://npm.company.com\ntoken {GITHUB}\n"),
    ("file", ["content"], "SMTP_PASS='hunter2hunter2'\n"),
    ("chatzwa-project", ["env", "SMTP_PASSWORD"], "x"),
    ("chatzwa-project", ["env", "MAILER"], "smtp://chat:hunter2hunter2@mail.company.com"),
    ("chatzwa-environment", ["env", "SHARED_KEY"], "0a1b2c3d4e5f"),
    ("deployment", ["triggers", "revision"], GITHUB),
    ("local", ["create"], TOKEN_LINE),
    ("local", ["update"], TOKEN_LINE),
    ("local", ["delete"], TOKEN_LINE),
    ("local", ["environment", "REGISTRY_PASSWORD"], "0a1b2c3d4e5f"),
    ("remote", ["create"], TOKEN_LINE),
    ("remote", ["update"], "ZAI_API_KEY='0a1b2c3d4e5f' /srv/start"),
    ("remote", ["delete"], TOKEN_LINE),
    ("built", ["build", "args", "NPM_TOKEN"], "0a1b2c3d4e5f"),
    ("built", ["build", "args", "SOURCE"], GIT),
    ("plain", ["labels"], [{"label": "deployed.by", "value": GITHUB}]),
    ("plain", ["labels"], [{"label": "api-token", "value": "0a1b2c3d4e5f"}]),
]

ASSIGNMENTS = [
    "ZAI_API_KEY='0a1b2c3d4e5f' node server.js",
    'ZAI_API_KEY="0a1b2c3d4e5f" node server.js',
    "export SMTP_PASS=hunter2hunter2",
    "docker run -e DB_PASSWORD=12345678 chatzwa",
]

OF_THE_APP = {
    "SMTP_PASS": "hunter2hunter2",
    "DATABASE_URL": "postgres://chat:0a1b2c3d4e5f@db.company.com/chat",
}

PREVIEWS = [
    preview("AUTH_SECRET", stacks.SECRET),
    preview("SMTP_PASS", OF_THE_APP["SMTP_PASS"]),
    preview("DATABASE_URL", OF_THE_APP["DATABASE_URL"]),
    preview("DATABASE_URL", "postgres://chat:0a1b2c3d4e5f@db.company.com/preview"),
    preview("SETTINGS", f'{{"signing": "{stacks.SECRET}"}}'),
    (APART, APP, ["previews", "buildArgs"], {"SIGNING": stacks.SECRET}),
    (APART, APP, ["previews", "buildSecrets"], {"SIGNING": stacks.SECRET}),
]

URLS = [
    (DOMAIN, "https://chat.company.com:8443"),
    (DOMAIN, "https://chat.company.com:80"),
    (DOMAIN, "https://chat.company.com/app"),
    (DOMAIN, "https://chat.company.com/?next=/app"),
    (DOMAIN, "https://user:pw@chat.company.com"),
    (DOMAIN, "https://user@chat.company.com"),
    (HTTPS, "https://[bad"),
    (HTTPS, "https://chat.company.com:port"),
    (HTTPS, "https://chat.company.com:99999"),
    (HTTPS, "https://"),
]

REPORTED: list[Case] = [
    *((HIDDEN, *place) for place in PLACES),
    *(plain(name, "0a1b2c3d4e5f") for name in NAMES),
    plain("SMTP_PASSWORD", "12345678"),
    *(plain("GREETING", value) for value in VALUES),
    *((HIDDEN, "schedule-backup", ["command"], f"{stacks.COPY}\n{line}") for line in ASSIGNMENTS),
    *(env(REAL, "GREETING", value) for value in PLACEHOLDERS),
    *(env(rule, "NEXTAUTH_URL", value) for rule, value in URLS),
]


@pytest.mark.parametrize(("rule", "name", "path", "value"), REPORTED)
def test_it_is_reported_without_the_value(court: Court, rule: str, name: str, path: Path, value: Any) -> None:
    found = judged(court, (name, path, value))
    assert rule in found, found
    shown = found[rule]
    for canary in (GITHUB, "hunter2", "0a1b2c3d4e5f", "pw@", "user:"):
        assert canary not in shown


@pytest.mark.parametrize(("rule", "name", "path", "value"), PREVIEWS)
def test_previews_with_a_secret_of_the_app_are_reported_without_it(
    court: Court, rule: str, name: str, path: Path, value: Any
) -> None:
    own = [(APP, ["env", key], text) for key, text in OF_THE_APP.items()]
    assert rule not in judged(court, *own)
    found = judged(court, *own, (name, path, value))
    assert rule in found, found
    assert not any(text in found[rule] for text in (stacks.SECRET, "hunter2", "0a1b2c3d4e5f"))


def test_a_domain_that_is_switched_off_is_no_name_of_the_app(court: Court) -> None:
    off = [("domain", ["host"], "old.company.com"), ("domain", ["enabled"], False)]
    url = (APP, ["env", "NEXTAUTH_URL"], "https://old.company.com")
    assert DOMAIN not in judged(court, *off)
    assert "leads to old.company.com, and the app is reached as chat.company.com" in judged(court, *off, url)[DOMAIN]


LINES = [
    'TOKEN="$GITHUB_TOKEN" npm ci',
    "ZAI_API_KEY=$(cat /run/secrets/zai) node server.js",
    "MAX_TOKENS=128000000 node server.js",
    "KEY='nightly-copy'",
]

MARKED: list[tuple[str, Path, Any]] = [
    (APP, ["git", "url"], secret(GIT)),
    (APP, ["buildArgs"], secret({"NPM_TOKEN": "0a1b2c3d4e5f"})),
    (APP, ["buildArgs"], {"NPM_TOKEN": secret("0a1b2c3d4e5f")}),
    (APP, ["args"], secret([TOKEN_LINE])),
    (APP, ["image"], {"reference": "registry.company.com/x:1", "password": secret("0a1b2c3d4e5f")}),
    ("chatzwa-project", ["env"], secret({"NPM_TOKEN": "0a1b2c3d4e5f"})),
    ("file", ["content"], secret(f"token {GITHUB}")),
    ("local", ["create"], secret(TOKEN_LINE)),
    ("local", ["environment", "REGISTRY_PASSWORD"], secret("0a1b2c3d4e5f")),
    ("built", ["build", "args", "NPM_TOKEN"], secret("0a1b2c3d4e5f")),
    ("environment", ["plain", "SMTP_PASSWORD"], secret("0a1b2c3d4e5f")),
    ("environment", ["plain", "SMTP_PASSWORD"], "[secret]"),
    # What is known only later is judged by the update.
    ("file", ["content"], UNKNOWN),
    ("local", ["create"], UNKNOWN),
    ("local", ["environment", "REGISTRY_PASSWORD"], UNKNOWN),
    ("deployment", ["triggers", "generation"], UNKNOWN),
    ("deployment", ["triggers", "secrets"], "0123456789abcdef" * 4),
    ("built", ["build", "args", "NPM_TOKEN"], UNKNOWN),
    (APP, ["labels", "traefik.http.routers.chat.tls.certresolver"], "letsencrypt"),
    (APP, ["previews", "env", "AUTH_SECRET"], UNKNOWN),
]

UNREPORTED: list[tuple[str, Path, Any]] = [
    *((APP, ["env", "WELCOME_TEXT"], text) for text in SENTENCES),
    *(("environment", ["plain", name], value) for name, value in NO_SECRETS),
    *(("schedule-backup", ["command"], f"{stacks.COPY}\n{line}") for line in LINES),
    *MARKED,
    (APP, ["env", "NEXTAUTH_URL"], "https://chat.company.com/"),
    (APP, ["env", "NEXTAUTH_URL"], "https://CHAT.company.com:443"),
]


@pytest.mark.parametrize(("name", "path", "value"), UNREPORTED)
def test_it_is_not_reported(court: Court, name: str, path: Path, value: Any) -> None:
    found = judged(court, (name, path, value))
    assert not {HIDDEN, REAL, APART, HTTPS, DOMAIN}.intersection(found), found


SHARED = [
    ("ZAI_API_URL", "https://api.z.ai/v1"),
    ("MAX_TOKENS", "128000"),
    ("NEXT_PUBLIC_SENTRY_DSN", "https://0123456789abcdef0123456789abcdef@o4501.ingest.sentry.io/4502"),
    ("SESSION_KEY", "short"),
]


@pytest.mark.parametrize(("name", "value"), SHARED)
def test_previews_may_share_what_is_no_secret(court: Court, name: str, value: str) -> None:
    found = judged(court, (APP, ["env", name], value), (APP, ["previews", "env", f"{name}_OF_PREVIEWS"], value))
    assert APART not in found, found


def test_previews_of_the_same_number_are_no_shared_secret(court: Court) -> None:
    both = [(APP, ["env", "TOKEN_LIMIT"], "128000"), (APP, ["previews", "env", "TOKEN_LIMIT"], "128000")]
    assert APART not in judged(court, *both)
