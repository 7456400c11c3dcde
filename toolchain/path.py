"""Pulumi as it is installed on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from semver import Version

from toolchain.errors import ToolchainError
from toolchain.installation import Installation

OLDEST = Version(3, 230, 0)
"""The oldest CLI that runs providers and policy packs from source folders the way this project does."""
TOO_NEW = Version(4, 0, 0)
LANGUAGE_HOST = "pulumi-language-python"
VERSION_TIMEOUT_S = 30


def from_path(search: str, own: Path) -> Installation:
    """Take `pulumi` from the search path (as in $PATH), passing over links of our own under `own`.

    Raises ToolchainError when there is none, when it is too old or too new, and when it cannot run Python.
    """
    others = os.pathsep.join(
        str(Path(folder).absolute())
        for folder in search.split(os.pathsep)
        if folder and not Path(folder).resolve().is_relative_to(own.resolve())
    )
    found = shutil.which("pulumi", path=others)
    if found is None:
        raise ToolchainError("there is no pulumi on PATH")
    version = version_of(Path(found))
    if not OLDEST <= version < TOO_NEW:
        raise ToolchainError(f"{found} is version {version}; this project needs {OLDEST} or later, below {TOO_NEW}")
    beside = [Path(found).with_name(LANGUAGE_HOST), Path(found).resolve().with_name(LANGUAGE_HOST)]
    if not any(os.access(host, os.X_OK) for host in beside) and not shutil.which(LANGUAGE_HOST, path=others):
        raise ToolchainError(f"{found} has no {LANGUAGE_HOST} beside it or on PATH, so it cannot run Python")
    return Installation(pulumi=found, version=str(version), how="path")


def version_of(pulumi: Path) -> Version:
    """Ask a CLI for its version. Raises ToolchainError when it does not answer with one."""
    environment = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        answer = subprocess.run(
            [pulumi, "version"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=VERSION_TIMEOUT_S,
            check=True,
        )
        return Version.parse(answer.stdout.strip().removeprefix("v"))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ToolchainError(f"{pulumi} does not tell its version: {error}") from error
