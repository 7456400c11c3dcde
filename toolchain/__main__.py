"""`python -m toolchain`: make Pulumi available for this checkout; with `plugins`, the Docker platform's providers.

Exit codes: 0 ready, 1 not possible (one line on stderr), 2 usage.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path
from typing import get_args

from toolchain.choose import choose
from toolchain.errors import ToolchainError
from toolchain.installation import How, adopt, tools_folder
from toolchain.modules import ACTIONLINT
from toolchain.plugins import install_plugins, missing_plugins, pulumi_home
from toolchain.progress import Progress
from toolchain.source import build, built, cache_folder

HOW = {"path": "from PATH", "release": "the official release", "source": "built from Go modules"}


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m toolchain",
        description="Make Pulumi available for this checkout. TOOLCHAIN=path|release|source forces one way.",
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=["plugins", "actionlint"],
        help="the plugins of the Docker platform, or the path of the linter of workflows (empty without a Go)",
    )
    parser.add_argument("--home", type=Path, default=pulumi_home(), help="the Pulumi home that gets the plugins")
    asked = parser.parse_args(arguments)
    forced = _forced(parser)
    progress = Progress()
    try:
        if asked.what == "plugins":
            _plugins(asked.home.absolute(), progress)
        elif asked.what == "actionlint":
            print(_actionlint(progress))
        else:
            _pulumi(forced, progress)
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run the same command again", file=sys.stderr)
        return 130
    return 0


def _actionlint(progress: Progress) -> str:
    """Where the linter is: on PATH, in the cache, or built now. A machine without Go does without, and says so."""
    if found := shutil.which("actionlint"):
        return found
    cache = cache_folder()
    if shutil.which("go") is None and built(ACTIONLINT, cache) is None:
        print("actionlint is left out: it is not on PATH, and there is no go to build it", file=sys.stderr)
        return ""
    return str(build(ACTIONLINT, cache, progress) / "actionlint")


def _forced(parser: argparse.ArgumentParser) -> How | None:
    wanted = os.environ.get("TOOLCHAIN") or None
    forced: How | None = next((how for how in get_args(How) if how == wanted), None)
    if wanted is not None and forced is None:
        parser.error(f"TOOLCHAIN={wanted} is not one of {', '.join(get_args(How))}")
    return forced


def _pulumi(forced: How | None, progress: Progress) -> None:
    installation = choose(tools_folder(), forced, progress)
    adopt(tools_folder(), installation)
    progress.step(f"Pulumi {installation.version} is ready, {HOW[installation.how]}: {installation.pulumi}")


def _plugins(home: Path, progress: Progress) -> None:
    for plugin in missing_plugins(home):
        progress.step(f"the plugin {plugin} is missing in {home}")
    install_plugins(home, progress)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
