"""Standard output and standard error that say when they cannot be written.

Both of the libraries that print here end the process with 1 where nobody reads its output any more (`| head -1`),
and 1 is what a command says of its result. So neither of them gets to see that.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING

from ops.errors import COULD_NOT_RUN, NOBODY_READS, OpsError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STREAMS = {"stdout": "standard output", "stderr": "standard error"}


class OutputError(OpsError):
    """What a command prints cannot be written. `str()` is empty where nobody wants to know."""

    def __init__(self, stream: str, reason: OSError) -> None:
        nobody_reads = reason.errno == errno.EPIPE
        self.code = NOBODY_READS if nobody_reads else COULD_NOT_RUN
        super().__init__("" if nobody_reads else f"{stream} cannot be written: {reason.strerror}")


def watch_output() -> None:
    """From now on a failed write raises OutputError.

    Whoever closes standard output before Python starts is told of it when something is written there; whoever closes
    standard error wants to hear nothing. No other file takes the place of either.
    """
    for number, (name, said) in enumerate(STREAMS.items(), start=1):
        stream = getattr(sys, name)
        if stream is None:
            _nowhere(number, os.O_RDONLY if name == "stdout" else os.O_WRONLY)
            stream = open(number, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  # it stays open
        written = io.BufferedWriter(_Watched(number, said))
        watched = io.TextIOWrapper(
            written,
            encoding=stream.encoding,
            errors=stream.errors,
            line_buffering=stream.line_buffering or name == "stderr",
            write_through=stream.write_through,
        )
        setattr(sys, name, watched)


def leave_unwritten() -> None:
    """Drop what is still to be written, which Python would try once more at its end."""
    for number, _ in enumerate(STREAMS, start=1):
        _nowhere(number, os.O_WRONLY)


class _Watched(io.FileIO):
    def __init__(self, number: int, said: str) -> None:
        super().__init__(number, "w", closefd=False)
        self._said = said

    def write(self, data: ReadableBuffer, /) -> int | None:  # type: ignore[override]  # typeshed knows no None
        try:
            return super().write(data)
        except OSError as error:
            raise OutputError(self._said, error) from error


def _nowhere(number: int, how: int) -> None:
    opened = os.open(os.devnull, how)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)
