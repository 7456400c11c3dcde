"""`python -m toolchain`: make Pulumi available for this checkout.

Exit codes: 0 ready, 1 not possible (one line on stderr), 2 usage.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import get_args

from toolchain.choose import choose
from toolchain.errors import ToolchainError
from toolchain.installation import How, adopt, tools_folder
from toolchain.progress import Progress

HOW = {"path": "from PATH", "release": "the official release", "source": "built from Go modules"}


def main(arguments: list[str]) -> int:
    """Run the command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m toolchain",
        description="Make Pulumi available for this checkout. TOOLCHAIN=path|release|source forces one way.",
    )
    parser.parse_args(arguments)
    wanted = os.environ.get("TOOLCHAIN") or None
    forced: How | None = next((how for how in get_args(How) if how == wanted), None)
    if wanted is not None and forced is None:
        parser.error(f"TOOLCHAIN={wanted} is not one of {', '.join(get_args(How))}")
    progress = Progress()
    try:
        installation = choose(tools_folder(), forced, progress)
    except ToolchainError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run `make setup` again", file=sys.stderr)
        return 130
    adopt(tools_folder(), installation)
    progress.step(f"Pulumi {installation.version} is ready, {HOW[installation.how]}: {installation.pulumi}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
