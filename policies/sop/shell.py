"""Reads what a shell is told to do, as far as rules ask: which programs run, with what, and joined by what."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(
    r"(?P<skipped>[ \t\r]+|\\\n|(?<![^\s;&|()])\#[^\n]*)"
    r"|(?P<redirection>&>>?|\d*[<>]+(?:&[\d-])?)"
    r"|(?P<operator>\|&|\|\||&&|[();|&\n])"
    r"|(?P<word>(?:\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s;&|()<>'\"\\])+|.)",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
# What they are told themselves does not matter: they run what follows, or the shell does.
_BEFORE_A_PROGRAM = frozenset(
    {"command", "env", "exec", "ionice", "nice", "nohup", "sudo", "time"}
    | {"!", "{", "do", "elif", "else", "if", "then", "until", "while"}
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command of a script."""

    words: tuple[str, ...]
    """Its program and arguments without quotes; assignments and wrappers such as `env` before it are left out."""
    after: str
    """The operator before it: `&&`, `||`, `;`, `|`, `|&`, `&`, the end of a line, or nothing for the first."""
    depth: int = 0
    """0 for a command of the script itself, more for one in brackets or in `$(...)`."""

    @property
    def program(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2]


def steps(script: str) -> list[Step]:
    """The commands of a script in their order; those that `sh -c` is given stand in its place."""
    return [inner for step in _steps(script) for inner in _within(step)]


def _within(step: Step) -> Iterator[Step]:
    script = _script_of(step)
    if script is None:
        yield step
        return
    for number, inner in enumerate(steps(script)):
        after = inner.after if number else step.after
        yield Step(words=inner.words, after=after, depth=step.depth + inner.depth)


def _script_of(step: Step) -> str | None:
    """What a shell is given with `-c`, also as `-ec` or after other options."""
    if step.program not in _SHELLS:
        return None
    for option, script in zip(step.words[1:], step.words[2:], strict=False):
        if re.fullmatch(r"-[a-z]*c", option):
            return script
        if not option.startswith("-"):
            return None
    return None


def _steps(script: str) -> Iterator[Step]:
    """A command that a `$(...)` or a bracket interrupts goes on behind it."""
    words: list[str] = []
    after, redirected = "", False
    outside: list[tuple[list[str], str]] = []
    for token in _TOKEN.finditer(script):
        text = token[0]
        if token.lastgroup == "redirection":
            redirected = "&" not in text[1:]  # the file's name comes next
        elif token.lastgroup == "word":
            if not redirected:
                words.append(_unquoted(text))
            redirected = False
        elif text == "(":
            outside.append((words, after))
            words, after = [], ""
        elif token.lastgroup == "operator":
            yield from _step(words, after, len(outside))
            words, after = outside.pop() if text == ")" and outside else ([], text)
    yield from _step(words, after, len(outside))


def _step(words: list[str], after: str, depth: int) -> Iterator[Step]:
    left, wrapped = list(words), False
    while left and (_ASSIGNMENT.match(left[0]) or left[0] in _BEFORE_A_PROGRAM or (wrapped and left[0][:1] == "-")):
        wrapped = wrapped or left[0] in _BEFORE_A_PROGRAM
        del left[0]
    if left:
        yield Step(words=tuple(left), after=after, depth=depth)


def _unquoted(word: str) -> str:
    try:
        return "".join(shlex.split(word))
    except ValueError:  # an open quote
        return word
