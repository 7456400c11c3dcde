"""A message about a wrong address or key names the place where that one was read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dokploy.client import DokployClient
from dokploy.errors import DokployError
from dokploy.given import Given
from dokploy.patience import Patience
from dokploy.plugin.configuration import Configuration
from tests.dokploy.desk import BARE_401, FINE, KEY, PAGE
from tests.dokploy.scripted_server import Say, ScriptedServer, answer

CONFIGURED = Given()
VARIABLES = Given(url_by_variable=True, key_by_variable=True)
MIXED = Given(url_by_variable=False, key_by_variable=True)


def said(act: Callable[[], Any]) -> str:
    with pytest.raises(DokployError) as caught:
        act()
    return str(caught.value)


def asked(given: Given, *script: Say) -> str:
    """What the last call of the script says."""
    with ScriptedServer(script=list(script)) as server:
        client = DokployClient(server.url, KEY, patience=Patience(away_s=0.0, busy_s=0.0), given=given)
        try:
            for _ in script[1:]:
                client.query("project.all")
            return said(lambda: client.query("project.all"))
        finally:
            client.close()


@pytest.mark.parametrize(
    ("wrong", "of"),
    [
        (lambda given: said(lambda: DokployClient("no-url", KEY, given=given)), "url"),
        (lambda given: said(lambda: DokployClient("https://dokploy.test/api", KEY, given=given)), "url"),
        (lambda given: DokployClient("http://dokploy.test", KEY, given=given).warning, "url"),
        (lambda given: said(lambda: DokployClient("https://dokploy.test", "", given=given)), "key"),
        (lambda given: said(lambda: DokployClient("https://dokploy.test", "two words", given=given)), "key"),
        (lambda given: asked(given, BARE_401), "key"),
        (lambda given: asked(given, FINE, BARE_401), "key"),
        (lambda given: asked(given, answer(200, text=PAGE)), "url"),
        (
            lambda given: said(
                lambda: DokployClient(
                    "http://127.0.0.1:9", KEY, patience=Patience(away_s=0.0, busy_s=0.0), given=given
                ).query("project.all")
            ),
            "url",
        ),
    ],
)
@pytest.mark.parametrize("given", [CONFIGURED, VARIABLES, MIXED])
def test_the_place_of_the_wrong_value_is_named_and_no_other(
    given: Given, wrong: Callable[[Given], str], of: str
) -> None:
    text = wrong(given)

    variable, configured = ("DOKPLOY_URL", "dokploy:url") if of == "url" else ("DOKPLOY_API_KEY", "dokploy:apiKey")
    by_variable = given.url_by_variable if of == "url" else given.key_by_variable
    assert (variable in text, configured in text) == (by_variable, not by_variable), text


@pytest.mark.parametrize(
    ("values", "variables", "given"),
    [
        ({"url": "https://a.test", "apiKey": "k"}, {"DOKPLOY_URL": "x", "DOKPLOY_API_KEY": "x"}, CONFIGURED),
        ({}, {"DOKPLOY_URL": "https://a.test", "DOKPLOY_API_KEY": "k"}, VARIABLES),
        ({"url": "https://a.test"}, {"DOKPLOY_API_KEY": "k"}, MIXED),
    ],
)
def test_the_provider_knows_where_it_has_read_both(
    values: dict[str, str], variables: dict[str, str], given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DOKPLOY_URL", "DOKPLOY_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert Configuration.read(values).given == given
