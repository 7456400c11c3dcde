"""The settings of a stack on a Docker engine: what is accepted, and one clear line for what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from components.checks import Surroundings
from components.messages import SettingsError
from components.settings import Settings
from components.stand_ins import with_stand_ins
from tests.components.changes import drop, put
from tests.components.stacks import complete, local

NOTHING = Surroundings(server_url=None, has_api_key=False)


def load(config: dict[str, Any]) -> Settings:
    return Settings.load(with_stand_ins(config, "local", lambda: b"seed"), stack="local", surroundings=NOTHING)


def problems(config: dict[str, Any]) -> list[str]:
    try:
        load(config)
    except SettingsError as error:
        return list(error.problems)
    return []


def test_the_local_stack_needs_no_server_no_host_and_no_secret() -> None:
    settings = load(local())
    assert settings.url == "http://127.0.0.1:3000"
    assert settings.secrets.keys() == {"NEXTAUTH_SECRET", "JWT_SECRET", "ADMIN_CLEANUP_KEY", "ZAI_API_KEY"}
    assert str(settings.app.source) == "examples/app/Dockerfile"


def test_a_folder_gets_no_variables_of_nixpacks() -> None:
    assert not [name for name in load(local()).variables if name.startswith("NIXPACKS")]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("platform", "podman"), "platform: must be 'dokploy' or 'docker', not 'podman'"),
        (put("docker/host", "http://engine"), "docker.host: 'http://engine' is not the address of an engine; write"),
        (put("docker/host", "ssh://me:secret@server"), "docker.host: holds a password; leave it out"),
        (put("docker/host", "ssh://-oProxyCommand=x"), "docker.host: 'ssh://-oProxyCommand=x' is not the address"),
        (put("docker/bind", "localhost"), "docker.bind: 'localhost' is not an address of this machine"),
        (put("docker/user", "root"), "docker.user: 'root' is not a user without rights in numbers"),
        (put("docker/user", "0:0"), "docker.user: '0:0' is not a user without rights in numbers"),
        (put("docker/hostPort", 0), "docker.hostPort: 0 is outside 1 to 65535"),
        (put("docker/processes", 1), "docker.processes: 1 is outside 16 to 100000"),
        (put("docker/cron", "maybe"), "docker.cron: must be 'required' or 'optional', not 'maybe'"),
        (put("docker/colour", 1), "docker.colour: unknown key"),
        (put("tls/certificate", "letsencrypt"), "tls.certificate: letsencrypt needs a proxy"),
        (put("app/source/context/path", "examples"), "app.source.context: there is no file examples/Dockerfile"),
        (put("environment/NEXTAUTH_URL", "http://localhost:3000"), "environment.NEXTAUTH_URL: 'http://localhost:3000'"),
        (put("app/source", {"git": {"url": "https://a.company.co/b"}}), "app.source.git: a Docker engine builds no"),
        (
            put("app/source", {"image": {"reference": "a:1", "username": "robot"}}),
            "app.source.image.registryUrl: is not set",
        ),
        (drop("docker/standIns"), "secrets: 4 secrets missing; run"),
    ],
)
def test_one_wrong_value_is_one_clear_line(change: Callable[[dict[str, Any]], object], expected: str) -> None:
    config = local()
    change(config)
    found = problems(config)
    assert len(found) == 1, found
    assert found[0].startswith(expected)


def test_dokploy_builds_no_folder_of_this_machine() -> None:
    config = complete()
    config["app"]["source"] = {"context": {"path": "examples/app"}}
    with pytest.raises(SettingsError, match=r"app\.source\.context: 'examples/app' lies on this machine"):
        Settings.load(config, stack="production")


def test_the_engine_of_the_environment_does_not_count_on_dokploy(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.components.program import run

    monkeypatch.setenv("DOCKER_HOST", "npipe:////./pipe/docker_engine")
    assert run("production", complete()).one("Application")
