"""A lock across the threads and processes of this machine: two stacks' plugins may work on one server at once."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from dokploy.deadline import time_left
from dokploy.errors import Conflict

LOOK_AGAIN_S = 0.02


class Exclusive:
    """Held by one thread of all processes that the same user runs here; the kernel takes it from one that dies.

    `what` names what is guarded, such as a server's address. Entering it waits for as long as the operation may take;
    Conflict when that time is up. Where the folder for temporary files cannot be written to, it holds within this
    process alone; other users and other machines it never keeps out.
    """

    def __init__(self, what: str, folder: Path | None = None) -> None:
        name = f"dokploy-{os.getuid()}-{hashlib.sha256(what.encode()).hexdigest()[:16]}.lock"
        self._path = (folder or Path(tempfile.gettempdir())) / name
        self._threads = threading.Lock()
        self._file: int | None = None

    def __enter__(self) -> None:
        self._threads.acquire()
        try:
            self._file = self._locked()
        except BaseException:
            self._threads.release()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        file, self._file = self._file, None
        if file is not None:
            os.close(file)
        self._threads.release()

    def _locked(self) -> int | None:
        # Every start of the plugin would wait for it, and few runs change a route.
        import tenacity

        try:
            # In a folder that others write to, a link may be laid out as a trap.
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError:
            return None
        waiting = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(BlockingIOError),
            wait=tenacity.wait_fixed(LOOK_AGAIN_S),
            stop=lambda state: time_left(LOOK_AGAIN_S) < LOOK_AGAIN_S,
            reraise=True,
        )
        try:
            waiting(fcntl.flock, file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise Conflict(
                f"another run on this machine is changing routes of the same server and does not end ({self._path}); "
                "end it, then run the same command again"
            ) from None
        except BaseException:
            os.close(file)
            raise
        return file
