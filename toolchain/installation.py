"""Where this checkout's Pulumi is: `.tools/pulumi.json`, and links to its programs in `.tools/bin`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from toolchain.errors import ToolchainError

How = Literal["path", "release", "source"]

CHECKOUT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Installation:
    """One Pulumi: the real path of its CLI, its version, and how it was come by."""

    pulumi: str
    version: str
    how: How


def tools_folder(checkout: Path = CHECKOUT) -> Path:
    """The folder that everything made for one checkout lies in; git ignores it."""
    return checkout / ".tools"


def locate(checkout: Path = CHECKOUT) -> Path:
    """The `pulumi` to call: an executable in `.tools/bin`, with its language host beside it.

    `locate().parent.parent` is a root for `pulumi.automation.PulumiCommand`. Before set-up: ToolchainError.
    """
    pulumi = tools_folder(checkout) / "bin" / "pulumi"
    if recorded(tools_folder(checkout)) is None or not os.access(pulumi, os.X_OK):
        raise ToolchainError("Pulumi is not set up in this checkout: run `make setup`")
    return pulumi


def recorded(tools: Path) -> Installation | None:
    """What the last set-up chose, or None when there was none or its record cannot be read."""
    try:
        return Installation(**json.loads((tools / "pulumi.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


def adopt(tools: Path, installation: Installation) -> None:
    """Make the installation the one that `locate` finds.

    Every program named pulumi* beside the CLI gets a link too: the engine and its language hosts look for
    each other beside themselves, and some follow links to do so while others do not.
    """
    links = tools / "bin"
    links.mkdir(parents=True, exist_ok=True)
    real = Path(installation.pulumi)
    wanted = {program.name: program for program in real.parent.glob("pulumi*") if os.access(program, os.X_OK)}
    for link in links.glob("pulumi*"):
        if link.name not in wanted:
            link.unlink()
    for name, target in wanted.items():
        _link(links / name, target)
    record = json.dumps(asdict(installation), indent=2) + "\n"
    _write(tools / "pulumi.json", record)


def _link(link: Path, target: Path) -> None:
    if link.is_symlink() and link.readlink() == target:
        return
    new = link.with_name(f".{link.name}.{os.getpid()}")
    new.symlink_to(target)
    new.replace(link)


def _write(path: Path, text: str) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(text)
    new.replace(path)
