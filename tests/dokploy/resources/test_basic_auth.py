"""Logins and redirects in front of an application: they share Traefik's files with every other application."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import yaml

from dokploy.simulator import Simulator, Timings
from dokploy.simulator.traefik import MIDDLEWARES, path
from tests.dokploy.plugin.harness import Kept, Provider, RefusedError
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.child_cases import BASIC_AUTH, REDIRECT


def middlewares(simulator: Simulator) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(simulator.state.traefik[MIDDLEWARES])["http"]["middlewares"]
    return {name: entry for name, entry in found.items() if name != "redirect-to-https"}


def test_what_is_made_at_once_on_several_applications_is_all_there(
    provider: Provider, simulator: Simulator, project: Kept
) -> None:
    simulator.timings = Timings(traefik_s=0.05)
    environment = project.state["defaultEnvironmentId"]
    apps = [provider.application(environment, name=f"app{number}") for number in range(3)]
    wanted = [
        (kind, {"applicationId": app.id, **properties}, app.name)
        for app in apps
        for kind, properties in (
            ("Domain", {"host": f"{app.name}.example"}),
            ("Redirect", REDIRECT.valid),
            ("BasicAuth", BASIC_AUTH.valid),
        )
    ]
    with ThreadPoolExecutor(len(wanted)) as pool:
        made = list(pool.map(lambda each: provider.create(each[0], each[1], name=each[2]), wanted))
    assert len(middlewares(simulator)) == 6
    for app in apps:
        content = yaml.safe_load(simulator.state.traefik[path(simulator.state.applications[app.id])])
        (router,) = content["http"]["routers"].values()
        assert {name.partition("-")[0] for name in router["middlewares"]} == {"redirect", "auth"}
    provider.restart()
    with ThreadPoolExecutor(len(made)) as pool:
        list(pool.map(lambda kept: provider.delete(kept, restart=False), made))
    assert not middlewares(simulator)
    for table in (simulator.state.domains, simulator.state.redirects, simulator.state.security):
        assert not table


def test_an_application_that_is_deleted_meanwhile_loses_nothing_of_another(
    provider: Provider, simulator: Simulator, project: Kept
) -> None:
    simulator.timings = Timings(traefik_s=0.1)
    environment = project.state["defaultEnvironmentId"]
    gone, stays = (provider.application(environment, name=name) for name in ("gone", "stays"))
    provider.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": gone.id}, name="gone")
    provider.restart()
    with ThreadPoolExecutor(2) as pool:
        deleting = pool.submit(provider.delete, gone, restart=False)
        provider.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": stays.id}, name="stays")
        deleting.result()
    assert list(middlewares(simulator)) == [f"auth-{stays.state['appName']}"]


def test_a_user_name_that_is_taken_is_adopted_and_gets_the_password(
    provider: Provider, simulator: Simulator, application: Kept
) -> None:
    row = {"securityId": "by-hand", "applicationId": application.id, "username": "guest", "password": "typed by hand"}
    simulator.state.security["by-hand"] = row
    provider.restart()
    kept = provider.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": application.id})
    assert kept.id == "by-hand"
    assert row["password"] == "s3cret-of-guest"


def test_another_user_stays(provider: Provider, simulator: Simulator, application: Kept) -> None:
    provider.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": application.id})
    provider.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": application.id, "username": "b"}, name="b")
    assert {row["username"] for row in simulator.state.security.values()} == {"guest", "b"}


def test_an_equal_redirect_is_adopted(provider: Provider, simulator: Simulator, application: Kept) -> None:
    first = provider.create("Redirect", {**REDIRECT.valid, "applicationId": application.id}, name="before")
    provider.restart()
    properties = with_change(REDIRECT.valid, {"applicationId": application.id, "permanent": False})
    assert provider.create("Redirect", properties).id == first.id
    assert simulator.state.redirects[first.id]["permanent"] is False


@pytest.mark.parametrize("username", ["a:b", "a b", ""])
def test_a_user_name_that_basic_auth_cannot_carry_is_refused(provider: Provider, username: str) -> None:
    with pytest.raises(RefusedError, match="username: "):
        BASIC_AUTH.make(provider, username=username)


def test_a_refusal_never_shows_the_password(provider: Provider) -> None:
    with pytest.raises(RefusedError, match="password: ") as refused:
        BASIC_AUTH.make(provider, password=12345678)
    assert "12345678" not in str(refused.value)
