"""The program as it is, with single inputs of its resources changed on their way to the engine.

BREAKS holds the changes as JSON: `[type, name, path, value]` changes one value, and `[type, name, null, properties]`
adds a resource. It runs in the place of the program, whose file PROGRAM names.
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
from typing import Any

import pulumi

ABSENT = "(absent)"
UNKNOWN = "(unknown)"


def _with(inner: Any, path: list[Any], value: Any) -> Any:
    """The same value with another one at `path`. It is changed in place where that can be done."""
    if not path:
        return _unknown() if value == UNKNOWN else value
    if isinstance(inner, pulumi.Output):
        return inner.apply(lambda known: pulumi.Output.from_input(_with(known, path, value)))
    step, *rest = path
    if isinstance(inner, dict | list):
        if not rest and value == ABSENT:
            del inner[step]
        else:
            inner[step] = _with(inner[step] if rest else None, rest, value)
    else:
        setattr(inner, step, None if not rest and value == ABSENT else _with(getattr(inner, step), rest, value))
    return inner


def _unknown() -> pulumi.Output[Any]:
    async def known(value: Any) -> Any:
        return value

    return pulumi.Output(
        asyncio.ensure_future(known(set())), asyncio.ensure_future(known(None)), asyncio.ensure_future(known(False))
    )


def _break(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    props = args.props
    for kind, name, path, value in BREAKS:
        if path and (kind, name) == (args.type_, args.name):
            if path == ["protect"]:
                args.opts.protect = value
            else:
                props = _with(props, path, value)
    return pulumi.ResourceTransformationResult(props, args.opts)


if __name__ == "__main__":
    BREAKS = json.loads(os.environ.get("BREAKS", "[]"))
    pulumi.runtime.register_stack_transformation(_break)
    for kind, name, path, properties in BREAKS:
        if path is None:
            pulumi.CustomResource(kind, name, properties)
    runpy.run_path(os.environ["PROGRAM"], run_name="__main__")
