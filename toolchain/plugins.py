"""The providers of the Docker platform, put where the engine looks for them: under `plugins/` of a Pulumi home.

Where Pulumi's releases can be downloaded, the official plugins are; where they cannot, ours are built.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from rich.console import Console

from toolchain.errors import ToolchainError
from toolchain.installation import Installation, locate, recorded, tools_folder
from toolchain.modules import PLUGINS, GoModule
from toolchain.progress import Progress
from toolchain.source import build, built, cache_folder

MARK = ".chatzwa-build"
"""A file in the folder of a plugin that was put there by this package. It names the build."""
DOWNLOAD_TIMEOUT_S = 300


def pulumi_home() -> Path:
    """The user's own Pulumi home."""
    return Path(os.environ.get("PULUMI_HOME") or "~/.pulumi").expanduser()


def install_plugins(home: Path, progress: Progress | None = None) -> None:
    """Make the docker and command plugins available to runs whose PULUMI_HOME is `home`.

    What is there already stays: an official plugin, or a build of ours that is up to date (then this takes
    milliseconds). Builds are linked from the cache, so a home of its own for each run costs nothing.
    Raises ToolchainError before set-up, and when a plugin can be neither downloaded nor built. Where nobody asks for
    its progress, that goes to standard error: standard output is the caller's.
    """
    progress = progress or Progress(Console(stderr=True, highlight=False, soft_wrap=True))
    for module in PLUGINS:
        if not _is_there(module, home):
            _install(module, home, progress)


def missing_plugins(home: Path) -> list[str]:
    """The plugins that a run with this home would not find."""
    return [f"{module.name} {module.release}" for module in PLUGINS if not _is_there(module, home)]


def _is_there(module: GoModule, home: Path) -> bool:
    folder = _folder(module, home)
    if not os.access(folder / module.programs[0], os.X_OK) or folder.with_name(f"{folder.name}.partial").exists():
        return False
    mark = folder / MARK
    return not mark.exists() or mark.read_text() == module.key()


def _install(module: GoModule, home: Path, progress: Progress) -> None:
    locate()  # says how to set up where nothing is
    if (folder := built(module, cache_folder())) is not None:
        _link(module, home, folder)
        return
    try:
        if not _is_source(recorded(tools_folder())):
            _download(module, home, progress)
            return
    except ToolchainError as error:
        progress.step(str(error))
    _link(module, home, build(module, cache_folder(), progress))


def _is_source(installation: Installation | None) -> bool:
    """Whether set-up found that this machine downloads nothing of Pulumi's."""
    return installation is not None and installation.how == "source"


def _download(module: GoModule, home: Path, progress: Progress) -> None:
    progress.step(f"downloading the official plugin {module.name} {module.release}")
    command = [str(locate()), "plugin", "install", "resource", module.name, module.release, "--non-interactive"]
    environment = {**os.environ, "PULUMI_HOME": str(home), "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=DOWNLOAD_TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(f"{module.name} {module.release} did not arrive within {error.timeout:g} s") from error
    if answer.returncode != 0:
        lines = answer.stderr.strip().splitlines() or ["no output"]
        raise ToolchainError(f"the official plugin {module.name} cannot be downloaded: {lines[-1]}")


def _link(module: GoModule, home: Path, build_folder: Path) -> None:
    """Put a build into a home as `pulumi plugin install --file` would, without its copy and its 0.3 seconds."""
    folder = _folder(module, home)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for program in module.programs:
        _link_file(build_folder / program, new / program)
    (new / MARK).write_text(module.key())
    shutil.rmtree(folder, ignore_errors=True)
    try:
        new.rename(folder)
    except OSError:
        # Another run was faster.
        shutil.rmtree(new)
        if not _is_there(module, home):
            raise


def _link_file(target: Path, link: Path) -> None:
    try:
        # A hard link outlives the cache.
        link.hardlink_to(target)
    except OSError:
        link.symlink_to(target)


def _folder(module: GoModule, home: Path) -> Path:
    return home / "plugins" / f"resource-{module.name}-v{module.release}"
