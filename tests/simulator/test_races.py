"""Overlapping writes of Traefik's files lose each other's changes, as they do on a real server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import yaml

from dokploy.simulator import Simulator, Timings
from dokploy.simulator.traefik import MIDDLEWARES, path

from .conftest import Api


def middlewares(sim: Simulator) -> set[str]:
    return set(yaml.safe_load(sim.state.traefik[MIDDLEWARES])["http"]["middlewares"]) - {"redirect-to-https"}


def add_login(api: Api, app: dict[str, Any]) -> None:
    api.post("security.create", applicationId=app["applicationId"], username="guest", password="s3cret")


def test_logins_added_at_once_on_four_applications_leave_one(sim: Simulator, api: Api) -> None:
    sim.timings = Timings(traefik_s=0.1)
    apps = [api.application(name=f"app{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda app: add_login(api, app), apps))
    assert len(sim.state.security) == 4
    assert len(middlewares(sim)) == 1
    lost = next(app for app in apps if f"auth-{app['appName']}" not in middlewares(sim))
    row = next(row for row in sim.state.security.values() if row["applicationId"] == lost["applicationId"])
    api.post("security.update", securityId=row["securityId"], username="guest", password="s3cret")
    assert f"auth-{lost['appName']}" in middlewares(sim)


def test_domain_login_and_redirect_added_at_once_on_one_application_lose_something(sim: Simulator, api: Api) -> None:
    sim.timings = Timings(traefik_s=0.1)
    app = api.application()
    own = {"applicationId": app["applicationId"]}
    calls = (
        lambda: api.post("domain.create", host="a.example", **own),
        lambda: add_login(api, app),
        lambda: api.post("redirects.create", regex="a", replacement="b", permanent=False, **own),
    )
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()
    assert len(middlewares(sim)) == 1


def test_one_after_the_other_loses_nothing(sim: Simulator, api: Api) -> None:
    apps = [api.application(name=f"app{number}") for number in range(3)]
    for app in apps:
        own = {"applicationId": app["applicationId"]}
        api.post("domain.create", host="a.example", **own)
        add_login(api, app)
        api.post("redirects.create", regex="a", replacement="b", permanent=False, **own)
    assert len(middlewares(sim)) == 6
    for app in apps:
        (router,) = yaml.safe_load(sim.state.traefik[path(app)])["http"]["routers"].values()
        assert len(router["middlewares"]) == 2
    api.post("application.delete", applicationId=apps[0]["applicationId"])
    assert len(middlewares(sim)) == 4
