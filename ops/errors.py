"""The errors that end a command, with their exit codes. A message is one line for people."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

FAILED = 1
USAGE = 2
COULD_NOT_RUN = 3
INTERRUPTED = 130
NOBODY_READS = 141
"""What a shell says of a program that the signal SIGPIPE has ended."""


class OpsError(Exception):
    """A command cannot go on. `str()` is the one line that is shown; no secret is in it."""

    code = COULD_NOT_RUN


class UsageError(OpsError):
    """What was asked for does not exist or cannot be read; nothing was started."""

    code = USAGE


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The end of a sentence about a name that is not known: the nearest one that is, where one is near."""
    near = get_close_matches(name, list(known), n=1)
    return f": did you mean {near[0]}?" if near else ""
