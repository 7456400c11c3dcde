"""Runs one Pulumi program: `python -c` gets this text, and stdin the request of the language host as JSON."""

import asyncio
import json
import logging
import runpy
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ERROR_WAS_SHOWN = 32

request = json.load(sys.stdin)
root = Path(request["root"]).resolve()
program = Path(request["program"])

try:
    import grpc
    import pulumi
    import pulumi.runtime
except ModuleNotFoundError as missing:
    sys.exit(f"{sys.executable} cannot import {missing.name}: install the program's requirements into it")


def is_own(frame: traceback.FrameSummary) -> bool:
    """Whether a frame belongs to the program, not to Python, an installed package or this runner."""
    file = Path(frame.filename).resolve()
    return file.is_file() and file.is_relative_to(root) and not file.is_relative_to(sys.prefix)


def own_frames(error: BaseException) -> str:
    """The error as Python prints it, with the program's frames only; with all of them where it has none."""
    told = traceback.TracebackException.from_exception(error)
    part: traceback.TracebackException | None = told
    while part is not None:
        own = [frame for frame in part.stack if is_own(frame)]
        part.stack = traceback.StackSummary.from_list(own or list(part.stack))
        part = part.__cause__ or part.__context__
    return "".join(told.format()).rstrip()


def is_echo(error: BaseException) -> bool:
    """Whether the engine gave up a request since something else had failed, which it tells by itself."""
    part: BaseException | None = error
    while part is not None:
        if isinstance(part, grpc.RpcError) and part.code() is grpc.StatusCode.CANCELLED:
            return True
        part = part.__cause__ or part.__context__
    return False


def run() -> None:
    """Execute the program's file, or the __main__.py of its folder."""
    runpy.run_path(str(program), run_name="__main__")


async def main() -> None:
    """Run the program in a stack of its own and wait for all that it registers."""
    # An apply may block a thread; fewer threads than resources in flight would make them wait for each other.
    threads = ThreadPoolExecutor(max_workers=4 * max(request["parallel"], 1))
    asyncio.get_running_loop().set_default_executor(threads)
    await pulumi.runtime.run_in_stack(run)


sys.path.insert(0, str(program if program.is_dir() else program.parent))
sys.argv = [str(program), *(request["arguments"] or [])]
# What is left undone when a program fails is no news: its error is shown below.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)
pulumi.runtime.set_all_config(request["config"] or {}, request["secret_keys"] or [])
pulumi.runtime.configure(
    pulumi.runtime.Settings(
        project=request["project"],
        stack=request["stack"],
        organization=request["organization"],
        root_directory=request["root"],
        monitor=request["monitor"],
        engine=request["engine"],
        parallel=request["parallel"],
        dry_run=request["dry_run"],
    )
)

try:
    asyncio.run(main())
except pulumi.RunError as error:
    pulumi.log.error(str(error))
    sys.exit(ERROR_WAS_SHOWN)
except Exception as error:
    if not is_echo(error):
        pulumi.log.error(own_frames(error))
    sys.exit(ERROR_WAS_SHOWN)
