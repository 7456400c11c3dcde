"""Finds programs: those of the system lie in folders that are not on everyone's PATH."""

from __future__ import annotations

import os
import shutil

SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"


def search_path() -> str:
    """PATH, then the system's folders."""
    return f"{os.environ.get('PATH', os.defpath)}{os.pathsep}{SYSTEM_FOLDERS}"


def program(name: str) -> str | None:
    """Where a program is, or None."""
    return shutil.which(name, path=search_path())
