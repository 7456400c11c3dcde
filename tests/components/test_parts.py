"""What the components are made of: what they show, and the health check against a real server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pulumi
import pytest
from pydantic import SecretStr

from components.env_secrets import EnvSecrets, EnvSecretsArgs
from components.healthcheck import health_command
from components.inputs import HIDDEN, visible
from components.values import TIERS, ImageSource, Probe, Volume
from components.variables import (
    AI_PROVIDERS,
    VARIABLES,
    chosen_providers,
    looks_secret,
    required_secrets,
)
from tests.components.program import Server


@dataclass(frozen=True, kw_only=True)
class Args:
    """A component's arguments."""

    shown: object
    kept: object = field(default=None, metadata=HIDDEN)


def test_the_engine_sees_plain_values_only() -> None:
    shown = visible(Args(shown=(Volume(name="db", mount_path="/db"), TIERS["standard"]), kept=object()))
    assert shown == {
        "shown": [
            {"name": "db", "mount_path": "/db", "volume_name": None},
            {
                "name": "standard",
                "memory": "2048Mi",
                "cpu": "1000m",
                "storage": "10Gi",
                "reason": "SOP 2.3, minimum",
            },
        ]
    }


def test_a_password_inside_a_value_is_left_out() -> None:
    image = ImageSource(reference="a:1", password=SecretStr("canary"))
    assert "canary" not in str(visible(Args(shown=image)))


def test_a_secret_among_shown_fields_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="must not be shown"):
        visible(Args(shown={"key": SecretStr("canary")}))


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """The app's health endpoint; its answer can be changed."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = self.server.answers.get(self.path, 404)
            if answer == 0:
                self.server.released.wait(10)
                answer = 200
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing to say."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.answers = {"/api/health": 200}
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs node")


def check(port: int, timeout_seconds: int = 5) -> subprocess.CompletedProcess[str]:
    """The check as Swarm runs it: the words after CMD."""
    kind, *words = health_command(Probe(timeout_seconds=timeout_seconds), port, "bash")
    assert kind == "CMD"
    return subprocess.run(words, capture_output=True, text=True, timeout=20, check=False)


@needs_node
def test_an_app_that_answers_200_is_healthy(server: ThreadingHTTPServer) -> None:
    assert check(server.server_port).returncode == 0


@needs_node
@pytest.mark.parametrize("status", [204, 404, 500])
def test_any_other_status_is_unhealthy_and_named(status: int, server: ThreadingHTTPServer) -> None:
    server.answers["/api/health"] = status
    done = check(server.server_port)
    assert (done.returncode, done.stderr.strip()) == (1, f"status {status}")


@needs_node
def test_an_app_that_hangs_or_is_not_there_is_unhealthy(server: ThreadingHTTPServer) -> None:
    server.answers["/api/health"] = 0
    assert check(server.server_port, timeout_seconds=1).returncode == 1
    assert check(1).returncode == 1


def test_known_variables_decide_over_the_words_of_a_name() -> None:
    for name in ("JWT_SECRET", "STRIPE_API_KEY", "MY_PASSWORD", "SENTRY_DSN", "GH_TOKEN", "SMTP_PASSWD"):
        assert looks_secret(name), name
    for name in ("ZAI_MAX_TOKENS", "CUSTOM_KEY", "NEXT_PUBLIC_API_KEY", "MIDTRANS_CLIENT_KEY", "KEYBOARD", "NODE_ENV"):
        assert not looks_secret(name), name


def test_a_stack_needs_the_secrets_of_the_provider_that_it_has_chosen() -> None:
    common = {"NEXTAUTH_SECRET", "JWT_SECRET", "ADMIN_CLEANUP_KEY"}
    needed = {
        provider: {variable.name for variable in required_secrets([next(n for n in VARIABLES if n.startswith(prefix))])}
        for provider, prefix in zip(AI_PROVIDERS, ("ZAI_API_URL", "OLLAMA_M", "OPENROUTER_M"), strict=True)
    }
    assert needed == {
        "zai": common | {"ZAI_API_KEY"},
        "ollama": common,
        "openrouter": common | {"OPENROUTER_API_KEY"},
    }
    assert {variable.name for variable in required_secrets([])} == common


def test_a_generated_secret_is_always_long_enough() -> None:
    for variable in VARIABLES.values():
        if variable.secret:
            assert variable.generated_length >= variable.minimum_length > 0, variable.name


def test_an_embedding_server_is_no_choice_of_a_provider() -> None:
    assert chosen_providers(["OLLAMA_EMBEDDING_BASE_URL", "ZAI_API_URL"]) == ("zai",)


@pytest.fixture
def no_engine() -> None:
    """Resources are registered with nobody."""
    pulumi.runtime.set_mocks(Server(), project="chatzwa", stack="trial")


@pytest.mark.usefixtures("no_engine")
@pulumi.runtime.test
def test_each_secret_variable_is_marked_before_it_leaves_the_component() -> pulumi.Output[None]:
    component = EnvSecrets("app", EnvSecretsArgs(plain={"PLAIN": "p"}, secrets={"JWT_SECRET": SecretStr("canary")}))
    assert component.variables["PLAIN"] == "p"
    variable = component.variables["JWT_SECRET"]
    assert isinstance(variable, pulumi.Output)

    def check(marked: bool) -> None:
        assert marked, "a secret variable is not marked secret"

    return pulumi.Output.from_input(variable.is_secret()).apply(check)
