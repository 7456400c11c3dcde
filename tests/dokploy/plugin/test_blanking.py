"""No line that people see holds a secret, and ordinary words stay readable."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from dokploy import secrecy
from dokploy.simulator import Fault, Simulator
from tests.dokploy.plugin.harness import CallError, Kept, Provider, wait_until

SECRET = "correct-horse-battery"
RANDOM = "9fK2mQx7Lr4TzP1vB8nW3cY6"


@pytest.mark.parametrize(
    "name",
    ["JWT_SECRET", "DB_PASSWORD", "OPENAI_API_KEY", "apiKey", "password", "SESSION_TOKEN", "aws-secret-access-key"],
)
def test_a_value_is_a_secret_by_its_name(name: str) -> None:
    assert SECRET in set(secrecy.of_variables({name: SECRET}))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NODE_ENV", "production"),
        ("PORT", "3000"),
        ("DATABASE_URL", "file:/app/data/app.db"),
        ("TOKEN_EXPIRY", "7 days from now"),
        ("KEY_PREFIX", "chat-production-eu"),
        ("PASSWORD_MIN_LENGTH", "12 characters"),
        ("DEBUG_TOKEN", "true"),
        ("UPLOADS", "/app/data/uploads/2026/images"),
        ("MODEL", "gpt-4o-mini-2024-07-18"),
        ("PUBLIC_URL", "https://chat.example/path"),
        ("CSP", "default-src 'self'; img-src https://images.example"),
        ("KEYBOARD", "dvorak-or-qwerty"),
    ],
)
def test_an_ordinary_value_is_none(name: str, value: str) -> None:
    assert set(secrecy.of_variables({name: value})) == set()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"postgres://chat:{SECRET}@db:5432/chat", SECRET),
        (f"https://{RANDOM}@git.example/web.git", RANDOM),
        (f"# settings\nname: web\npassword: {SECRET}\n", SECRET),
        (f'{{"apiKey": "{SECRET}",\n "name": "web"}}', SECRET),
        (f"Bearer {RANDOM}", RANDOM),
        (
            "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END KEY-----",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        ),
    ],
)
def test_a_secret_within_a_text_is_found(text: str, secret: str) -> None:
    found = set(secrecy.of_text(text))
    assert any(secret in each for each in found)
    assert "web" not in found


# Where a secret can stand in what the program says, and what Dokploy's failing database then quotes.
PLACES = [
    ({"env": {"JWT_SECRET": SECRET}}, SECRET),
    ({"env": {"GREETING": RANDOM}}, RANDOM),
    ({"env": {"DATABASE_URL": f"postgres://chat:{SECRET}@db/chat"}}, SECRET),
    ({"buildSecrets": {"NPM_TOKEN": SECRET}}, SECRET),
    ({"buildArgs": {"NPM_TOKEN": SECRET}}, SECRET),
    ({"image": {"reference": "web:1", "username": "robot", "password": SECRET}}, SECRET),
]


def failed_deployment(provider: Provider, simulator: Simulator, application_id: str, log: str) -> str:
    """What people see of a deployment whose build prints `log` and fails."""
    simulator.behave("pull_failure")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(provider.create, "Deployment", {"applicationId": application_id})
        wait_until(lambda: simulator.state.deployments)
        (record,) = simulator.state.deployments
        simulator.state.logs[record] += log
        shown = "\n".join([*running.result().errors, provider.engine.text])
    assert "RUN printenv" in shown
    return shown


@pytest.mark.parametrize(("properties", "secret"), PLACES)
def test_a_log_that_prints_a_secret_is_shown_without_it(
    provider: Provider, project: Kept, simulator: Simulator, properties: dict[str, object], secret: str
) -> None:
    application = provider.application(project.state["defaultEnvironmentId"], **properties)
    assert secret not in failed_deployment(provider, simulator, application.id, f"RUN printenv\nIT={secret}\n")


def test_a_log_is_blanked_of_variables_that_only_dokploy_knows(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    simulator.state.applications[application.id]["env"] = f"ADMIN_PASSWORD={SECRET}"
    simulator.state.applications[application.id]["buildSecrets"] = f"NPM_TOKEN={RANDOM}"
    shown = failed_deployment(provider, simulator, application.id, f"RUN printenv\n{SECRET} {RANDOM}\n")
    assert SECRET not in shown
    assert RANDOM not in shown


def test_ordinary_words_of_a_log_stay(provider: Provider, project: Kept, simulator: Simulator) -> None:
    env = {"NODE_ENV": "production", "PORT": "3000", "JWT_SECRET": SECRET}
    application = provider.application(project.state["defaultEnvironmentId"], env=env)
    log = "RUN printenv\nproduction on port 3000\n"
    assert "production on port 3000" in failed_deployment(provider, simulator, application.id, log)


def test_a_line_about_a_refused_value_is_shown_without_it(bare: Provider) -> None:
    reasons = bare.refusals(
        "Application",
        {
            "environmentId": "e",
            "name": "web",
            "git": {"url": f"ssh://robot:{SECRET}@git.example/web", "branch": "main"},
        },
    )
    assert "has to be http(s)" in reasons[0]
    assert SECRET not in reasons[0]


def test_what_the_program_marks_as_secret_is_shown_nowhere(bare: Provider) -> None:
    properties = {
        "environmentId": "e",
        "name": "web",
        "image": {"reference": "web:1"},
        "command": ["serve", f"--pass {SECRET}"],
    }
    (reason,) = bare.refusals("Application", properties, [("command",)])
    assert "holds a blank" in reason
    assert SECRET not in reason


def test_a_refusal_by_the_server_is_shown_without_secrets(
    provider: Provider, application: Kept, simulator: Simulator
) -> None:
    simulator.fail(Fault(procedure="mounts.create", kind="status500", times=9))
    content = f"listen: 3000\npassword: {SECRET}\n"
    mount = {"applicationId": application.id, "type": "file", "mountPath": "/c", "filePath": "c", "content": content}
    with pytest.raises(CallError) as failure:
        provider.create("Mount", mount)
    assert SECRET not in failure.value.line
    assert "\n" not in failure.value.line
