"""What docs/configuration.md says of the server is what the provider does."""

from __future__ import annotations

import pytest

from dokploy.plugin.configuration import Configuration
from tests.components.stacks import ROOT

VARIABLES = {"DOKPLOY_URL": "https://dokploy.environment.co", "DOKPLOY_API_KEY": "key-of-the-environment"}


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ({}, ("https://dokploy.environment.co", "key-of-the-environment")),
        ({"url": "https://a.co", "apiKey": "k"}, ("https://a.co", "k")),
        ({"url": "https://a.co"}, ("https://a.co", "key-of-the-environment")),
        ({"url": "", "apiKey": "k"}, ("https://dokploy.environment.co", "k")),
    ],
)
def test_what_is_configured_comes_before_the_environment(
    monkeypatch: pytest.MonkeyPatch, configured: dict[str, str], expected: tuple[str, str]
) -> None:
    page = (ROOT / "docs/configuration.md").read_text()
    assert "What is configured comes before the environment, each of the two by itself" in page
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    read = Configuration.read(configured)
    assert (read.url, read.api_key) == expected
