"""The errors that end a command, with their exit codes. A message is one line for people."""

from __future__ import annotations

FAILED = 1
USAGE = 2
COULD_NOT_RUN = 3
INTERRUPTED = 130


class OpsError(Exception):
    """A command cannot go on. `str()` is the one line that is shown; no secret is in it."""

    code = COULD_NOT_RUN


class UsageError(OpsError):
    """What was asked for does not exist or cannot be read; nothing was started."""

    code = USAGE
