"""Packages of Debian's, for root on a machine that lacks them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ops.errors import OpsError

APT_TIMEOUT_S = 900.0


def is_possible() -> str | None:
    """None when packages can be installed; otherwise why not."""
    if not Path("/etc/debian_version").exists() or shutil.which("apt-get") is None:
        return "this is not Debian"
    return None if os.geteuid() == 0 else "only root may install packages"


def install(*packages: str, optional: tuple[str, ...] = ()) -> None:
    """Install packages; an optional one only where this Debian has it. Raises OpsError when apt fails."""
    _apt("update")
    there = [package for package in optional if _exists(package)]
    _apt("install", "--yes", "--no-install-recommends", *packages, *there)


def _exists(package: str) -> bool:
    answer = subprocess.run(["apt-cache", "show", package], capture_output=True, timeout=APT_TIMEOUT_S, check=False)
    return answer.returncode == 0


def _apt(*arguments: str) -> None:
    command = ["apt-get", "--quiet", "--option", "DPkg::Lock::Timeout=120", *arguments]
    try:
        answer = subprocess.run(
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=APT_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise OpsError(f"apt-get {arguments[0]} did not end within {APT_TIMEOUT_S:g} s") from error
    if answer.returncode != 0:
        lines = answer.stdout.strip().splitlines() or ["no output"]
        told = next((line for line in lines if line.startswith("E: ")), lines[-1])
        raise OpsError(f"apt-get {arguments[0]} failed: {told}")
