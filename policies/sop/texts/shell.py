"""Reads what a shell is told to do, as far as rules ask: which programs run, with what, and joined by what."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    r"(?P<skipped>[ \t\r]+|\\\n|(?<![^\s;&|()])\#[^\n]*)"
    r"|(?P<redirection>&>>?|\d*[<>]+(?:&[\d-])?)"
    r"|(?P<operator>\|&|\|\||&&|[();|&\n])"
    r"|(?P<word>(?:\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|[^\s;&|()<>'\"\\])+|.)",
    re.DOTALL,
)
_PART = re.compile(
    r"'(?P<literal>[^']*)'|\"(?P<quoted>(?:\\.|[^\"\\])*)\"|(?P<plain>(?:\\.|[^'\"\\])+|.)",
    re.DOTALL,
)
_ESCAPE_OR_VARIABLE = re.compile(
    r"\\(?P<escaped>.)|\$(?P<name>[A-Za-z_]\w*)"
    r"|\$\{(?P<braced>[A-Za-z_]\w*)(?::?[-=](?P<default>[^{}]*)|[^A-Za-z0-9_{}][^{}]*)?\}",
    re.DOTALL,
)
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)=(?P<value>.*)", re.DOTALL)
_ASSIGNS = frozenset({"declare", "export", "local", "readonly", "typeset"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_OPTIONS_OF_A_CALL = "cilrs"
"""Letters that say how a shell is called, and that `set` does not know."""
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
    reads: tuple[str, ...] = ()
    """The files that `<` gives it."""
    writes: tuple[str, ...] = ()
    """The files that its output is sent to with `>` or `>>`."""
    folder: str | None = None
    """Where it runs, as far as a `cd` before it says."""

    @property
    def program(self) -> str:
        """The program's name without its folder."""
        return self.words[0].rpartition("/")[2]


def steps(script: str, variables: MutableMapping[str, str] | None = None) -> list[Step]:
    """The commands of a script in their order; those that `sh -c` is given stand in its place.

    A variable is replaced by what the script has set it to, and stays as it is where the script does not. The ones
    that are known beforehand can be given; those that the script sets are added to them.
    """
    known = {} if variables is None else variables
    found: list[Step] = []
    folder: str | None = None
    for step in _steps(script, known):
        found += _within(replace(step, folder=folder), known)
        if step.program == "cd" and len(step.words) > 1:
            folder = posixpath.join(folder or "", step.words[-1])
            folder = folder if folder.startswith("/") else None
    return found


def _within(step: Step, variables: MutableMapping[str, str]) -> Iterator[Step]:
    script = _script_of(step)
    if script is None:
        yield step
        return
    for number, inner in enumerate(steps(script, dict(variables))):
        after = inner.after if number else step.after
        yield replace(inner, after=after, depth=step.depth + inner.depth, folder=inner.folder or step.folder)


def _script_of(step: Step) -> str | None:
    """What a shell is given with `-c`, behind a `set` with the other options that it is given, such as `-e`."""
    if step.program not in _SHELLS:
        return None
    switched: list[str] = []
    words = iter(step.words[1:])
    for word in words:
        if word.startswith("--"):
            continue
        if not word.startswith("-"):
            return None
        kept = "".join(letter for letter in word[1:] if letter not in _OPTIONS_OF_A_CALL)
        if kept:
            switched += [f"-{kept}", *([next(words, "")] if kept.endswith("o") else [])]
        if "c" in word:
            script = next(words, "")
            return f"set {' '.join(switched)}; {script}" if switched else script
    return None


class _Command:
    """One command while it is read."""

    def __init__(self, after: str) -> None:
        self.after = after
        self._words: list[str] = []
        self._files: dict[str, list[str]] = {"<": [], ">": []}
        self._direction = ""

    def redirect(self, operator: str) -> None:
        """The next word is a file's name, unless the operator names a channel; `<<` is followed by text."""
        if "&" in operator[1:]:
            return
        self._direction = ">" if ">" in operator else "<" if operator.endswith("<") and "<<" not in operator else "<<"

    def take(self, word: str) -> None:
        """A word, or the file of the redirection before it."""
        if self._direction:
            self._files.get(self._direction, []).append(word)
            self._direction = ""
        else:
            self._words.append(word)

    def end(self, depth: int, variables: MutableMapping[str, str]) -> Iterator[Step]:
        """The command without assignments and wrappers, which are carried out; none where nothing is left."""
        left, wrapped = list(self._words), False
        while left:
            assigned = _ASSIGNMENT.match(left[0])
            if assigned:
                variables[assigned["name"]] = assigned["value"]
            elif left[0] not in _BEFORE_A_PROGRAM and not (wrapped and left[0][:1] == "-"):
                break
            wrapped = wrapped or left[0] in _BEFORE_A_PROGRAM
            del left[0]
        if left and left[0] in _ASSIGNS:
            variables.update((found["name"], found["value"]) for found in map(_ASSIGNMENT.match, left) if found)
        if left:
            reads, writes = (tuple(self._files[direction]) for direction in "<>")
            yield Step(words=tuple(left), after=self.after, depth=depth, reads=reads, writes=writes)


def _steps(script: str, variables: MutableMapping[str, str]) -> Iterator[Step]:
    """A command that a `$(...)` or a bracket interrupts goes on behind it."""
    command = _Command("")
    outside: list[_Command] = []
    for token in _TOKEN.finditer(script):
        text = token[0]
        if token.lastgroup == "redirection":
            command.redirect(text)
        elif token.lastgroup == "word":
            command.take(_value(text, variables))
        elif text == "(":
            outside.append(command)
            command = _Command("")
        elif token.lastgroup == "operator":
            yield from command.end(len(outside), variables)
            command = outside.pop() if text == ")" and outside else _Command(text)
    yield from command.end(len(outside), variables)


def _value(word: str, variables: MutableMapping[str, str]) -> str:
    """A word without its quotes, and with the values of the variables that are known."""
    return "".join(
        part["literal"]
        if part["literal"] is not None
        else _expanded(part["plain"] if part["quoted"] is None else part["quoted"], variables)
        for part in _PART.finditer(word)
    )


def _expanded(text: str, variables: MutableMapping[str, str]) -> str:
    """`${NAME:-default}` is its default where the name is not known; what is cut off a value is left on it."""

    def value(found: re.Match[str]) -> str:
        if found["escaped"] is not None:
            return "" if found["escaped"] == "\n" else found["escaped"]
        known = variables.get(found["name"] or found["braced"], found["default"])
        return found[0] if known is None else known

    return _ESCAPE_OR_VARIABLE.sub(value, text)
