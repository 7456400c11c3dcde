"""Which command's exit code a script ends with, and whether that code can say that something failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sop.texts.shell import Step, steps

_EXIT_WITH_A_VARIABLE = re.compile(r"(\bexit\s+[\"']?)\$(?=[{A-Za-z_])")
_ENDS_OF_BLOCKS = frozenset({"}", "done", "esac", "fi"})
_SUCCEED = frozenset({":", "date", "echo", "printf", "sleep", "true"})
_FEED = frozenset({"cat", "echo", "printf", "yes"})
"""Programs that stand before another one to give it its input."""


@dataclass(frozen=True, kw_only=True)
class End:
    """What a script's exit code comes from."""

    members: tuple[Step, ...]
    """The commands of one pipeline."""
    lost: Literal["pipe", "success"] | None
    """How the code of what went wrong is lost: the last of a pipe gives its own, or success takes its place."""


@dataclass(frozen=True, kw_only=True)
class _Pipeline:
    members: tuple[Step, ...]
    options: frozenset[str]
    """Of the shell, such as `errexit`."""

    @property
    def after(self) -> str:
        return self.members[0].after

    @property
    def last(self) -> Step:
        return self.members[-1]


def end(script: str) -> End | None:
    """The end of a script; None for one without a command."""
    return _end(_pipelines(script))


def succeeds(step: Step) -> bool:
    """Whether a command ends well whatever happens."""
    if step.program in ("exit", "wait"):
        # `wait` for no process in particular ends with 0; `exit` without a number repeats what was before.
        return step.words == ("wait",) or step.words[1:2] == ("0",)
    return step.program in _SUCCEED


def _end(chain: Sequence[_Pipeline]) -> End | None:
    if not chain:
        return None
    earlier, last = chain[:-1], chain[-1]
    if succeeds(last.last) and len(last.members) == 1:
        stops_before = last.after == "&&" or ("errexit" in last.options and last.after not in ("||", "&"))
        return _end(earlier) if stops_before and earlier else End(members=last.members, lost="success")
    if last.last.program == "exit":
        repeats = last.last.words[1:2] in ((), ("$?",))
        if earlier and (repeats or last.after in ("||", "&&")):
            return _end(earlier)
    elif len(last.members) > 1 and "pipefail" not in last.options and last.members[0].program not in _FEED:
        return End(members=last.members, lost="pipe")
    return End(members=last.members, lost=None)


def _pipelines(script: str) -> list[_Pipeline]:
    """Those of the script itself and not of what it only asks in `$(...)`."""
    found: list[_Pipeline] = []
    options: frozenset[str] = frozenset()
    # What the variable was set to last is not what it holds then: `code=$?; echo ended; exit $code`.
    every = steps(_EXIT_WITH_A_VARIABLE.sub(r"\1", script))
    outermost = min((step.depth for step in every), default=0)
    for step in every:
        if step.depth > outermost or step.program in _ENDS_OF_BLOCKS:
            continue
        if step.program == "set":
            options = _switched(options, step.words[1:])
        joined = found.pop().members if found and step.after in ("|", "|&") else ()
        found.append(_Pipeline(members=(*joined, step), options=options))
    return found


def _switched(options: frozenset[str], words: Sequence[str]) -> frozenset[str]:
    """The options after `set` with these words, such as `-e`, `-eo pipefail` or `+o pipefail`."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        if word[:1] not in ("-", "+"):
            continue
        named = {"errexit"} if "e" in word[1:] else set()
        if word.endswith("o"):
            named.add(following)
        options = options | named if word[0] == "-" else options - named
    return options
