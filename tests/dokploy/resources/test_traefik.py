"""Routes, logins and redirects lie in Traefik's files, of which Dokploy loses one of two changes at once.

Two plugins are two processes here, as with two stacks on one machine; another machine's run is played by switching off
the lock that they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
import yaml

from dokploy.exclusive import Exclusive
from dokploy.simulator import Fault, Simulator, Timings
from dokploy.simulator.traefik import MIDDLEWARES, path
from tests.dokploy.exactly_once.process import ProviderProcess
from tests.dokploy.plugin.harness import Kept, Provider
from tests.dokploy.resources.case import with_change
from tests.dokploy.resources.child_cases import BASIC_AUTH, REDIRECT

PASSWORDS = ("s3cret-of-guest", "another-s3cret")


def middlewares(simulator: Simulator) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(simulator.state.traefik[MIDDLEWARES])["http"]["middlewares"]
    return {name: entry for name, entry in found.items() if name != "redirect-to-https"}


@pytest.fixture
def plugins(simulator: Simulator) -> Iterator[list[ProviderProcess]]:
    """Two plugins, each a process of its own, as two stacks have that are updated at once."""
    with ExitStack() as stack:
        yield [stack.enter_context(ProviderProcess(simulator)) for _ in range(2)]


def test_two_plugins_at_once_lose_nothing(simulator: Simulator, plugins: list[ProviderProcess]) -> None:
    simulator.timings = Timings(traefik_s=0.05)
    work = []
    for number, plugin in enumerate(plugins):
        project = plugin.project(name=f"stack{number}")
        for name in ("one", "two"):
            app = plugin.application(project.state["defaultEnvironmentId"], name=f"{name}{number}")
            for kind, properties in (("BasicAuth", BASIC_AUTH.valid), ("Redirect", REDIRECT.valid)):
                work.append((plugin, kind, {**properties, "applicationId": app.id}, app.name))
    with ThreadPoolExecutor(len(work)) as pool:
        made = list(pool.map(lambda each: each[0].create(each[1], each[2], name=each[3]), work))
    assert len(middlewares(simulator)) == len(work) == 8
    repaired = [call.procedure for call in simulator.calls if call.procedure in ("security.update", "redirects.update")]
    assert not repaired, "the lock alone keeps them apart"
    for plugin in plugins:
        plugin.restart()
    pairs = [(each[0], kept) for each, kept in zip(work, made, strict=True)]
    with ThreadPoolExecutor(len(work)) as pool:
        list(pool.map(lambda pair: pair[0].delete(pair[1], restart=False), pairs))
    assert not middlewares(simulator)


def test_two_machines_at_once_repair_what_they_lose_of_each_other(
    simulator: Simulator, project: Kept, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    apps = [provider.application(project.state["defaultEnvironmentId"], name=f"app{number}") for number in range(3)]
    monkeypatch.setattr(Exclusive, "__enter__", lambda self: None)
    monkeypatch.setattr(Exclusive, "__exit__", lambda self, *exception: None)
    monkeypatch.setattr("dokploy.traefik.SETTLES_S", 0.15)
    simulator.timings = Timings(traefik_s=0.05)
    with ThreadPoolExecutor(len(apps)) as pool:
        made = list(
            pool.map(
                lambda app: provider.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": app.id}, name=app.name),
                apps,
            )
        )
    assert not [kept.errors for kept in made if kept.errors]
    assert len(middlewares(simulator)) == len(apps)
    assert "security.update" in [call.procedure for call in simulator.calls], "nothing was lost: this proves nothing"


@pytest.mark.parametrize("case", [BASIC_AUTH, REDIRECT], ids=str)
def test_what_was_lost_and_cannot_be_written_is_kept_with_one_line(
    provider: Provider, simulator: Simulator, case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    properties = case.properties(provider)
    monkeypatch.setattr("dokploy.simulator.procedures.security.rewrite_middlewares", lambda state, app: None)
    monkeypatch.setattr("dokploy.simulator.procedures.redirects.rewrite_middlewares", lambda state, app: None)
    kept = provider.create(case.kind, properties)
    (line,) = kept.errors
    assert "is stored in Dokploy but missing in Traefik's file after 5 writes" in line
    assert "\n" not in line
    monkeypatch.undo()
    provider.restart()
    assert not provider.update(kept, properties).errors
    assert middlewares(simulator)


def test_a_domain_that_was_lost_is_written_again(provider: Provider, simulator: Simulator, application: Kept) -> None:
    lost: list[str] = []
    file = path(simulator.state.applications[application.id])

    def lose() -> None:
        lost.append(simulator.state.traefik.pop(file))

    simulator.fail(Fault(procedure="domain.create", kind="delay", seconds=0.0, meanwhile=lose))
    provider.create("Domain", {"applicationId": application.id, "host": "chat.example"})
    assert lost
    assert simulator.state.traefik[file] == lost[0]


def test_a_new_password_that_was_lost_is_written_again(provider: Provider, simulator: Simulator) -> None:
    kept, properties = BASIC_AUTH.make(provider)
    (before,) = middlewares(simulator).values()
    old = simulator.state.traefik[MIDDLEWARES]
    calls = len(simulator.calls)

    def lose() -> None:
        simulator.state.traefik[MIDDLEWARES] = old

    simulator.fail(Fault(procedure="security.update", kind="delay", seconds=0.0, meanwhile=lose))
    provider.update(kept, with_change(properties, {"password": PASSWORDS[1]}))
    (after,) = middlewares(simulator).values()
    assert after != before
    assert [call.procedure for call in simulator.calls[calls:]].count("security.update") == 2


@pytest.mark.parametrize("case", [BASIC_AUTH, REDIRECT], ids=str)
def test_what_was_removed_and_came_back_is_taken_out(provider: Provider, simulator: Simulator, case: Any) -> None:
    kept, properties = case.make(provider)
    other = {"BasicAuth": {"username": "visitor"}, "Redirect": {"regex": "^http://old(.*)"}}[case.kind]
    provider.create(case.kind, with_change(properties, other), name="other")
    everything = simulator.state.traefik[MIDDLEWARES]
    removal = case.create.replace("create", "delete")

    def come_back() -> None:
        simulator.state.traefik[MIDDLEWARES] = everything

    simulator.fail(Fault(procedure=removal, kind="delay", seconds=0.0, meanwhile=come_back))
    provider.restart()
    provider.delete(kept, restart=False)
    ((_, left),) = middlewares(simulator).items()
    assert "guest" not in str(left)
    assert "www" not in str(left)


def test_a_key_that_may_not_read_the_files_is_no_failure(
    provider: Provider, simulator: Simulator, application: Kept
) -> None:
    member = simulator.add_key(role="member", services=frozenset({application.id}))
    with Provider() as theirs:
        theirs.configure(url=simulator.url, apiKey=member)
        kept = theirs.create("BasicAuth", {**BASIC_AUTH.valid, "applicationId": application.id})
        assert not kept.errors
        assert not theirs.update(kept, {**BASIC_AUTH.valid, "applicationId": application.id, "password": "x"}).errors
        assert "which the API key may not read" in theirs.engine.text
    assert middlewares(simulator)
