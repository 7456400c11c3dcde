"""Where tables and colours go."""

from __future__ import annotations

import re
import sys
from typing import Any

from rich.console import Console

WIDTH = 120
"""Where nobody's window sets a width, tables are wide enough to be read whole."""


def console() -> Console:
    """Standard output, as wide as its window."""
    return Console(highlight=False) if sys.stdout.isatty() else _Plain(highlight=False, width=WIDTH)


class _Plain(Console):
    """For files and pipes: no line ends with the blanks that fill the last column of a table."""

    def print(self, *objects: Any, **how: Any) -> None:
        with self.capture() as captured:
            super().print(*objects, **how)
        self.file.write(re.sub(r" +$", "", captured.get(), flags=re.MULTILINE))
        self.file.flush()
