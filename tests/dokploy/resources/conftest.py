"""The same fixtures as the plugin's own tests: resources are looked at through the wire."""

from pathlib import Path

import pytest

from tests.dokploy.plugin.conftest import application, bare, project, provider, quick_retries, simulator

__all__ = ["application", "bare", "project", "provider", "quick_retries", "simulator"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every resource in every way it can change takes minutes: too long for the quick half of the tests."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.provider)
