"""A Docker engine of this checkout's own, under `.tools/engine`, that shares nothing with another of the machine."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.docker_engine import leftovers, network
from ops.docker_engine.host import why_silent
from ops.docker_engine.programs import program, search_path
from ops.errors import OpsError

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 45.0
"""dockerd gives its containers 15 seconds of it."""
POLL_S = 0.1
SOCKET_PATH_LIMIT = 107
"""Bytes of a Unix socket's path."""
LONGEST_SOCKET = "containerd/containerd-debug.sock"
"""The longest that dockerd makes below its exec-root."""


@dataclass(frozen=True, kw_only=True)
class PrivateEngine:
    """One private engine: data, log and settings in `folder`, what lives as long as the process in `run`."""

    folder: Path
    run: Path

    @classmethod
    def of(cls, folder: Path) -> PrivateEngine:
        """The engine that belongs to a folder. Where its path is too long for a socket, `run` lies under /run."""
        folder = folder.resolve()
        run = folder / "run"
        if len(os.fsencode(run / "exec" / LONGEST_SOCKET)) > SOCKET_PATH_LIMIT:
            run = Path("/run") / f"chatzwa-engine-{_digest(folder)}"
        return cls(folder=folder, run=run)

    @property
    def url(self) -> str:
        return f"unix://{self._socket}"

    @property
    def log(self) -> Path:
        return self.folder / "dockerd.log"

    @property
    def bridge(self) -> str:
        """The bridge of its default network: another engine of this machine may have docker0."""
        return f"chz-{_digest(self.folder)}"

    def is_possible(self) -> bool:
        """Whether this machine has all that it needs."""
        return os.geteuid() == 0 and all(program(name) for name in ("dockerd", "docker", "ip", "iptables"))

    def runs(self) -> bool:
        """Whether it was started and answers."""
        return self._pid() is not None and why_silent(self.url) is None

    def start(self) -> bool:
        """Start it and wait until it answers; False when it already does.

        Raises OpsError with the last line of its log; then nothing is left of it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if self.runs():
                return False
            self._end()
            try:
                self._start()
            except BaseException:
                self._end()
                raise
        return True

    def stop(self) -> bool:
        """End exactly this engine, its containers, mounts and bridges; images and volumes stay in `folder`.

        False when there was nothing of it.
        """
        if not self.folder.exists():
            return False
        with self._alone():
            return self._end()

    @property
    def _socket(self) -> Path:
        return self.run / "docker.sock"

    @property
    def _pid_file(self) -> Path:
        return self.run / "dockerd.pid"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _exec(self) -> Path:
        return self.run / "exec"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        self.run.mkdir(mode=0o700, parents=True, exist_ok=True)
        network.add_bridge(self.bridge)
        config = self.folder / "daemon.json"
        config.write_text("{}\n")  # a file of its own, so that the machine's is not read
        command = [
            *(str(program("dockerd")), "--config-file", str(config)),
            *("--data-root", str(self._data), "--exec-root", str(self._exec)),
            *("--pidfile", str(self._pid_file), "--host", self.url),
            *("--bridge", self.bridge, "--shutdown-timeout", "15"),
        ]
        pid = _start_apart(command, self.log)
        end = time.monotonic() + READY_TIMEOUT_S
        while why_silent(self.url) is not None:
            if not leftovers.command_line(pid):
                raise OpsError(f"the private Docker engine ended: {self._last_line()} (all of it: {self.log})")
            if time.monotonic() > end:
                os.kill(pid, signal.SIGKILL)
                raise OpsError(f"the private Docker engine is not ready after {READY_TIMEOUT_S:g} s (see {self.log})")
            time.sleep(POLL_S)
        network.check_bridge(self.bridge)

    def _end(self) -> bool:
        there = self.run.exists()
        if (pid := self._pid()) is not None:
            os.kill(pid, signal.SIGTERM)
            if not _wait_for_end(pid, STOP_TIMEOUT_S):
                os.kill(pid, signal.SIGKILL)
                _wait_for_end(pid, STOP_TIMEOUT_S)
        leftovers.end_processes(self._exec)
        leftovers.unmount(self._exec, self._data)
        bridges = [self.bridge, *network.bridges_of(self._data)]
        network.remove_bridges(bridges)
        shutil.rmtree(self.run, ignore_errors=True)
        return there

    def _pid(self) -> int | None:
        """The process, if it is still the dockerd that was started with this very pid file."""
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return None
        return pid if str(self._pid_file) in leftovers.command_line(pid) else None

    def _last_line(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
        return lines[-1]


def _start_apart(command: list[str], log: Path) -> int:
    """Start a process that outlives this one, and that Ctrl-C does not reach; return its number."""
    answer = subprocess.run(
        ["/bin/sh", "-c", 'log=$1; shift; "$@" >"$log" 2>&1 </dev/null & echo $!', "sh", str(log), *command],
        cwd="/",
        env={**os.environ, "PATH": search_path()},
        stdout=subprocess.PIPE,
        start_new_session=True,
        check=True,
    )
    return int(answer.stdout)


def _digest(folder: Path) -> str:
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]


def _wait_for_end(pid: int, timeout_s: float) -> bool:
    end = time.monotonic() + timeout_s
    while leftovers.command_line(pid):
        if time.monotonic() > end:
            return False
        time.sleep(POLL_S)
    return True
