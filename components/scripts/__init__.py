"""The shell texts that run inside the app's container, or beside a Docker engine, and how a command is made of them.

They work under bash and any POSIX shell, since nobody knows what an image brings along. Comments stay in the
files: what is sent to the server is the program without them.
"""

from __future__ import annotations

import shlex
from pathlib import Path


def text(name: str) -> str:
    """The script ``name`` without its comments and blank lines."""
    lines = (Path(__file__).parent / f"{name}.sh").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if line.strip() and not line.lstrip().startswith("#"))


def command(name: str, **variables: str | int) -> str:
    """The script ``name`` with its variables set in front, as one command for ``sh -c``."""
    assigned = [f"{key}={shlex.quote(str(value))}" for key, value in variables.items()]
    return "\n".join([*assigned, text(name)])
