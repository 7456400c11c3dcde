"""How long scripts leave copies before they delete them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from sop.texts.copying import called, located
from sop.texts.shell import Step, steps

_REMOVE = frozenset({"rm", "shred", "unlink"})
_LIST = frozenset({"find", "for", "ls"})
_AGE = re.compile(r"-[acm](?P<unit>time|min)")
_NEWER = re.compile(r"-newer[acmB]t")
_NAME = re.compile(r"-(?:i?name|i?path|i?wholename)")
_MINUTES_PER_DAY = 24 * 60
_NO_COPY = (".lock", ".log", ".part", ".pid", ".tmp")
"""How names end that are no finished copy's; those that begin with a dot are none either."""


def ages(commands: Sequence[Step], folders: Collection[str]) -> list[float | None]:
    """The age in days at which each command deletes copies in these folders; None where it goes by anything else."""
    found: list[float | None] = []
    for number, step in enumerate(commands):
        search = called(step, ("find",))
        if "-empty" in search:
            continue
        if search and _deletes(search):
            if _concerns(_roots(search, step), folders, _names(search)):
                found.append(_age(search))
        elif (removal := called(step, _REMOVE)) and not search:
            listed = _listed(commands, number, removal)
            if listed and _lists(listed, folders):
                found.append(min((age for age in _selected(commands, listed) if age is not None), default=None))
            elif any(_is_in(folder, emptied) for emptied in _emptied(removal, step) for folder in folders):
                found.append(None)
    return found


def _deletes(search: Sequence[str]) -> bool:
    called_by_it = {word.rpartition("/")[2] for word in search}
    return "-delete" in search or bool(called_by_it & _REMOVE)


def _age(search: Sequence[str]) -> float | None:
    """The smallest age in days that a `find` asks for; None for none, and for one that cannot be read."""
    found: list[float] = []
    for before, test, value in zip(search, search[1:], search[2:], strict=False):
        age, turned = _AGE.fullmatch(test), before in ("!", "-not")
        if age is not None and (number := re.fullmatch(r"([+-]?)(\d+)", value)):
            # What is younger than a limit goes at once.
            days = 0 if (number[1] == "-") != turned else int(number[2])
            found.append(days / (_MINUTES_PER_DAY if age["unit"] == "min" else 1))
        elif _NEWER.fullmatch(test) and turned and (number := re.search(r"(\d+)\s*days?\b", value)):
            found.append(int(number[1]))
        elif age is not None or _NEWER.fullmatch(test):
            return None
    return min(found, default=None)


def _roots(search: Sequence[str], step: Step) -> list[str]:
    """Where a `find` begins; the folder it runs in, where it names none."""
    options = (number for number, word in enumerate(search[1:], 1) if re.match(r"[-(!]", word))
    named = search[1 : next(options, len(search))]
    return [located(word, step.folder) for word in named or (".",)]


def _names(search: Sequence[str]) -> list[str]:
    return [posixpath.basename(value) for test, value in pairwise(search) if _NAME.fullmatch(test)]


def _concerns(paths: Collection[str], folders: Collection[str], names: Collection[str]) -> bool:
    """Whether copies may be among what has these paths and, where any are given, these names."""
    if names and all(map(_is_no_copy, names)):
        return False
    for path in paths:
        if not path.startswith("/"):
            continue
        for folder in folders:
            # A search by name above the folder looks for something else.
            if _is_in(path, folder) or (not names and _is_in(folder, path)):
                return True
    return False


def _is_in(path: str, folder: str) -> bool:
    return f"{path}/".startswith(f"{folder.rstrip('/')}/")


def _is_no_copy(name: str) -> bool:
    return name.startswith(".") or name.endswith(_NO_COPY)


def _emptied(removal: Sequence[str], step: Step) -> Iterator[str]:
    """The folders that are emptied: with a pattern, or with everything in them. One file by its name is no pruning."""
    recursive = any(re.fullmatch(r"-\w*[rR]\w*|--recursive", word) for word in removal)
    for word in removal[1:]:
        folder, _, name = located(word, step.folder).rpartition("/")
        if re.search(r"[*?\[]", name) and not _is_no_copy(name):
            yield folder
        elif recursive and not word.startswith("-"):
            yield located(word, step.folder)


def _listed(commands: Sequence[Step], number: int, removal: Sequence[str]) -> list[Step]:
    """The commands that say what is removed: before a pipe to `xargs`, in `$(...)`, or those that feed a loop."""
    step = commands[number]
    if called(step, ("xargs",)):
        return _before(commands, number)
    for word in removal[1:]:
        if word == "$":
            return _inside(commands, number)
        if word.startswith("$("):
            return steps(word[2:].rstrip(")"))
        variable = re.fullmatch(r"\$\{?(\w+)\}?", word)
        for earlier in range(number - 1, -1, -1) if variable else ():
            words = commands[earlier].words
            if words[:2] == ("for", variable[1] if variable else ""):
                return [*_inside(commands, earlier), commands[earlier]]
            if words[0] == "read" and variable and variable[1] in words:
                return _before(commands, earlier)
    return []


def _before(commands: Sequence[Step], number: int) -> list[Step]:
    """The commands that a command gets its input from."""
    depth, first = commands[number].depth, number
    while first and (commands[first].after in ("|", "|&") or commands[first].depth > depth):
        first -= 1
    return list(commands[first:number])


def _inside(commands: Sequence[Step], number: int) -> list[Step]:
    """The commands in the `$(...)` of a command, which stand before it."""
    first = number
    while first and commands[first - 1].depth > commands[number].depth:
        first -= 1
    return list(commands[first:number])


def _lists(listed: Sequence[Step], folders: Collection[str]) -> bool:
    """Whether what is listed are copies."""
    for step in listed:
        words = called(step, _LIST)
        if words[:1] and words[0].endswith("find"):
            paths, names = _roots(words, step), _names(words)
        elif words:
            written = [located(word, step.folder) for word in words[1:] if "/" in word]
            if written and all(map(_is_no_copy, map(posixpath.basename, written))):
                continue
            paths = [posixpath.dirname(path) if re.search(r"[*?\[]", path) else path for path in written]
            paths, names = paths or [step.folder or ""], []
        else:
            continue
        if _concerns(paths, folders, names):
            return True
    return False


def _selected(commands: Sequence[Step], listed: Sequence[Step]) -> Iterator[float | None]:
    """The ages that were asked for: in the list itself, or of each of its files in a test before."""
    for step in commands:
        search = called(step, ("find",))
        if search and (step in listed or (search[1:2] and search[1].startswith("$"))):
            yield _age(search)
