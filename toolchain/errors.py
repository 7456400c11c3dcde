"""The one error of this package."""

from __future__ import annotations


class ToolchainError(Exception):
    """Pulumi cannot be made available. The message is one line and says what to do."""
