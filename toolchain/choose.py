"""Which Pulumi to take: the order, and what is said when there is none."""

from __future__ import annotations

import os
from pathlib import Path

from toolchain.errors import ToolchainError
from toolchain.installation import How, Installation
from toolchain.modules import CLI, GoModule
from toolchain.path import OLDEST, from_path
from toolchain.progress import Progress
from toolchain.release import install_release, installed_release, sdk_version
from toolchain.source import build, built, cache_folder


def choose(tools: Path, forced: How | None, progress: Progress) -> Installation:
    """Find or make a Pulumi for the checkout whose tools lie in `tools`.

    What is already there is taken before anything is downloaded or built: PATH, the release of an earlier
    set-up, a build in the cache; then the release is fetched, and then it is built.
    Raises ToolchainError when nothing works.
    """
    if forced == "path":
        return _path(tools)
    if forced == "release":
        return installed_release(tools, sdk_version()) or install_release(tools, sdk_version(), progress)
    if forced == "source":
        return _source(CLI, progress)
    return _first_that_works(tools, progress)


def _first_that_works(tools: Path, progress: Progress) -> Installation:
    reasons: list[str] = []
    try:
        return _path(tools)
    except ToolchainError as error:
        reasons.append(str(error))
    if there := installed_release(tools, sdk_version()) or _built(CLI):
        return there
    progress.step(reasons[-1])
    try:
        return install_release(tools, sdk_version(), progress)
    except ToolchainError as error:
        reasons.append(str(error))
        progress.step(reasons[-1])
    try:
        return _source(CLI, progress)
    except ToolchainError as error:
        reasons.append(str(error))
    raise ToolchainError(
        f"Pulumi is not available: {'; '.join(reasons)}. "
        f"Install Pulumi {OLDEST} or later, or Go {CLI.oldest_go} or later, and run `make setup` again"
    )


def _path(tools: Path) -> Installation:
    return from_path(os.environ.get("PATH", os.defpath), own=tools)


def _built(module: GoModule) -> Installation | None:
    folder = built(module, cache_folder())
    return None if folder is None else _from_source(module, folder)


def _source(module: GoModule, progress: Progress) -> Installation:
    return _built(module) or _from_source(module, build(module, cache_folder(), progress))


def _from_source(module: GoModule, folder: Path) -> Installation:
    return Installation(pulumi=str(folder / "pulumi"), version=module.version, how="source")
