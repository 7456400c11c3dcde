"""Builds from Go modules, kept outside the checkout so that a second clone builds nothing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.modules import GoModule
from toolchain.progress import Progress

POLL_S = 0.5
GO_TIMEOUT_S = 180
"""A Go that is too old may fetch the version that go.mod names before it answers."""


def cache_folder() -> Path:
    """`CHATZWA_CACHE`, else chatzwa-toolchain in the user's cache."""
    if chosen := os.environ.get("CHATZWA_CACHE"):
        return Path(chosen).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().resolve() / "chatzwa-toolchain"


def built(module: GoModule, cache: Path) -> Path | None:
    """The folder with the module's programs, or None when it has to be built."""
    folder = cache / module.key()
    complete = all(os.access(folder / program, os.X_OK) for program in module.programs)
    return folder if complete else None


def build(module: GoModule, cache: Path, progress: Progress) -> Path:
    """Build the module's programs and return their folder.

    Raises ToolchainError without a fitting Go, or when the build fails; then its output stays in the cache.
    """
    go = _fitting_go(module)
    cache.mkdir(parents=True, exist_ok=True)
    key = module.key()
    with _alone(cache / f"{key}.lock", f"another checkout builds {module.name}; waiting for it", progress):
        if (folder := built(module, cache)) is not None:
            return folder
        # The lock is ours, so what lies here was left by builds that were killed.
        for left in cache.glob(f"{key}.part-*"):
            shutil.rmtree(left)
        part = Path(tempfile.mkdtemp(prefix=f"{key}.part-", dir=cache))
        try:
            _go_build(go, module, part, cache / f"{key}.log", progress)
            shutil.rmtree(cache / key, ignore_errors=True)
            part.chmod(0o755)
            part.rename(cache / key)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    return cache / key


def _fitting_go(module: GoModule) -> str:
    go = shutil.which("go")
    if go is None:
        raise ToolchainError(f"there is no go on PATH; go {module.oldest_go} or later builds {module.name}")
    try:
        # Asked in the module's folder, Go itself says whether it fits (and may fetch a version that does).
        subprocess.run(
            [go, "env", "GOVERSION"], cwd=module.folder, capture_output=True, timeout=GO_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ToolchainError(f"{go} cannot build {module.name}: it needs go {module.oldest_go} or later") from error
    return go


def _go_build(go: str, module: GoModule, into: Path, log: Path, progress: Progress) -> None:
    # GOOS and GOARCH would build for another machine, GOFLAGS would change what the key stands for.
    environment = {k: v for k, v in os.environ.items() if k not in {"GOOS", "GOARCH", "GOFLAGS"}}
    environment |= {"CGO_ENABLED": "0", "GOWORK": "off"}
    command = [go, "build", *module.flags, "-o", f"{into}{os.sep}", *module.packages]
    what = f"building {' and '.join(module.programs)} {module.version} from Go modules (minutes, once)"
    with log.open("w") as output, progress.waiting(what) as tick:
        process = subprocess.Popen(command, cwd=module.folder, env=environment, stdout=output, stderr=output)
        try:
            _wait(process, tick)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines() or ["no output"]
        raise ToolchainError(f"go build failed: {lines[-1].strip()} (all of it: {log})")
    log.unlink()


def _wait(process: subprocess.Popen[bytes], tick: Callable[[], None]) -> None:
    while True:
        try:
            process.wait(timeout=POLL_S)
            return
        except subprocess.TimeoutExpired:
            tick()


@contextmanager
def _alone(lock: Path, wait_text: str, progress: Progress) -> Iterator[None]:
    """Hold the lock file; the system lets go of it when this process ends, however it ends."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress.step(wait_text)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
