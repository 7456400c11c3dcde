"""Where tables and colours go."""

from __future__ import annotations

import sys

from rich.console import Console

WIDTH = 120
"""Where nobody's window sets a width, tables are wide enough to be read whole."""


def console() -> Console:
    """Standard output, as wide as its window."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
