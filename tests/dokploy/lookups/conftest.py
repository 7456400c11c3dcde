"""The same fixtures as the plugin's own tests: look-ups are asked through the wire."""

from tests.dokploy.plugin.conftest import application, project, provider, quick_retries, simulator

__all__ = ["application", "project", "provider", "quick_retries", "simulator"]
