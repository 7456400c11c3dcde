"""What a preview of a copy of the project needs from around it: the folder that is built, the seed of stand-ins.

Both are named by paths that count from the folder of the project, and another path would be a change of the stack.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.stand_ins import SEED_FILE
from ops.errors import OpsError
from ops.workspace import Workspace


def placed(workspace: Workspace, root: Path, config: Mapping[str, Any]) -> Path:
    """Move the workspace's copy of `root` below a root directory of its own, and give what it needs from outside.

    So a relative path leads from the copy to a link at the place of what it means, also out of the project. Raises
    OpsError for a folder that holds the project itself, of which the copy is not the whole.
    """
    here = root.resolve()
    copy = _below(workspace.folder / "root", here)
    copy.parent.mkdir(parents=True)
    workspace.project.rename(copy)
    seed = here / SEED_FILE
    if seed.is_file():
        (copy / SEED_FILE).parent.mkdir(mode=0o700)
        shutil.copy2(seed, copy / SEED_FILE)
    named = _context(config)
    if not named:
        return copy
    context = Path(os.path.normpath(here / named))
    if here.is_relative_to(context):
        raise OpsError(
            f"app.source.context: {named} holds this project, and a report works on a copy of its program alone: build "
            "a folder of its own"
        )
    link = _below(workspace.folder / "root", context)
    # A folder of the program itself is there already.
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(context)
    return copy


def _below(folder: Path, absolute: Path) -> Path:
    return folder / absolute.relative_to(absolute.anchor)


def _context(config: Mapping[str, Any]) -> str:
    """The folder that the stack's image is built from; empty where none is, or where it cannot be told."""
    found: Any = config.get("chatzwa:app")
    for key in ("source", "context", "path"):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else ""
