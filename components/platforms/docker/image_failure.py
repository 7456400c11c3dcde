"""What is said when an image cannot be had: the last lines of its build, and the way on.

The provider's error names the step that failed and nothing of what it printed.
"""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Sequence

import pulumi
from pulumi import ErrorHook, ErrorHookArgs, ResourceHookBinding, ResourceOptions

from components.platforms.docker.machine import Machine
from components.values import ContextSource, ImageSource

LINES = 20
LONGEST_S = 300.0
"""For the second build, which begins where the first one failed."""


def told(name: str, source: ContextSource | ImageSource, machine: Machine) -> ResourceOptions:
    """The options that make a failing image explain itself. It is not tried again."""

    async def tell(failed: ErrorHookArgs) -> bool:
        if failed.failed_operation != "delete":
            pulumi.log.error("\n".join(await explanation(source, machine, f"make up STACK={pulumi.get_stack()}")))
        return False

    return ResourceOptions(hooks=ResourceHookBinding(on_error=[ErrorHook(f"{name}-image-failed", tell)]))


async def explanation(source: ContextSource | ImageSource, machine: Machine, again: str) -> list[str]:
    """The lines: what is wrong, what the build said at last, and the next command."""
    untouched = "nothing was replaced: what ran before still runs"
    if isinstance(source, ImageSource):
        look = shlex.join([*machine.docker, "pull", source.reference])
        return [
            f"the image {source.reference} could not be had; {untouched}",
            f"to see why: {look}",
            f"correct the name or the registry, then: {again}",
        ]
    build = _build(source, machine)
    recipe = f"{source.path}/{source.dockerfile}"
    if machine.remote:
        # The docker command cannot be told to check the machine's key.
        return [
            f"the image was not built from {recipe}; {untouched}",
            f"to see its log: {shlex.join(build)}",
            f"correct the cause, then: {again}",
        ]
    code, lines = await _run(build)
    if code == 0:
        return [f"the image was not built, but a second build of it succeeded; {untouched}", f"go on with: {again}"]
    return [
        f"the image was not built from {recipe}; {untouched}",
        "the build's last lines:",
        *(f"  | {line}" for line in lines),
        f"to see all of it: {shlex.join(build)}",
        f"correct the cause, then: {again}",
    ]


def _build(source: ContextSource, machine: Machine) -> list[str]:
    """The same build by hand. Nothing of the app's environment is given to it, so it can print no secret of it."""
    args = [word for key, value in sorted(source.args.items()) for word in ("--build-arg", f"{key}={value}")]
    return [*machine.docker, "build", "--force-rm", *args, "--file", f"{source.path}/{source.dockerfile}", source.path]


async def _run(command: Sequence[str]) -> tuple[int | None, list[str]]:
    """The exit code, None where there is none, and the last lines of what was said."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        return None, [f"it cannot be asked for them: {error}"]
    try:
        said, _ = await asyncio.wait_for(process.communicate(), LONGEST_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None, [f"the build did not fail again within {LONGEST_S:g} s"]
    lines = [line.rstrip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return process.returncode, lines[-LINES:]
