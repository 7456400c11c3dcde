"""How scripts copy the database: which commands do, whether SQLite makes the copy, and where it goes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import pairwise

from sop.texts.shell import Step, steps

# A plain copy of the live file is torn. SQLite's own ways read one moment: `.dump` inside a savepoint, `VACUUM INTO`
# and `.backup` in a read transaction. `.clone` and `.recover` save what they can of a damaged file and go on at errors.
_BY_SQLITE = re.compile(r"\bVACUUM\s+INTO\b|(?<!\S)\.(?:backup|save|dump)\b|\.(?:backup|iterdump)\(", re.IGNORECASE)
_BY_ITSELF = frozenset({"litestream", "sqlite3_rsync"})
_FROM_TO = frozenset({"aws", "cp", "gcloud", "gsutil", "install", "mc", "rclone", "rsync", "s3cmd", "scp"})
"""Programs that copy files, and whose last word is where to."""
_PACK = frozenset(
    {"7z", "7za", "borg", "bsdtar", "bzip2", "cat", "dd", "gzip", "lz4", "pigz", "restic", "tar", "xz", "zip", "zstd"}
)
"""Programs that read whole files and write them elsewhere."""
_READ_ONLY = frozenset({"borg", "cat", "dd", "restic", "zip"})
"""Those of them that cannot write back what they have packed."""
_SAY = frozenset({"echo", "logger", "printf"})
_PIPES = ("|", "|&")
_LEVELS = 5
"""Scripts inside scripts are read so deep: a crontab's line, a container's shell, its script, what that asks."""
_COMPANIONS = ("", "-wal", "-shm", "-journal")
_AWAY = re.compile(r"(?:[\w.-]+@)?[\w.-]{2,}:")
"""The start of an address or of a place on another machine."""
_ADDRESS = re.compile(r"\S*://\S*")
_BEFORE_A_PATH = re.compile(r"^(?:[\w.-]+@)?[\w.-]+:(?=/[^/])")
_PATH = re.compile(r"(?<![\w.$}/-])/[\w.-]+(?:/[\w.-]+)*")
_OF_THE_SYSTEM = ("/bin/", "/dev/", "/etc/", "/lib/", "/proc/", "/sbin/", "/sys/", "/tmp/", "/usr/")  # noqa: S108 - not written to


@lru_cache(maxsize=256)
def read(script: str, database: str, *, within_texts: bool) -> tuple[Step, ...]:
    """The commands of a script and of those inside it: in `$(...)`, behind a `-c`, or in any text with blanks.

    What is only said to people is left out. Several rules ask for the same script.
    """
    found: list[Step] = []
    scripts = [(script, 0)]
    while scripts:
        text, level = scripts.pop(0)
        variables = {"DATABASE_URL": f"file:{database}"}
        commands = steps(text, variables)
        inner: list[str] = []
        for step, following in zip(commands, [*commands[1:], None], strict=False):
            inner += _scripts_in(step, within_texts)
            if step.program not in _SAY or (following is not None and following.after in _PIPES):
                found.append(step)
        inner += (one for value in variables.values() for one in _script_in(value, as_it_is=within_texts))
        if level < _LEVELS:
            scripts += [(one, level + 1) for one in inner]
    return tuple(found)


def _scripts_in(step: Step, within_texts: bool) -> Iterator[str]:
    for before, word in pairwise(step.words):
        yield from _script_in(word, as_it_is=within_texts or re.fullmatch(r"-[a-z]*c", before) is not None)


def _script_in(text: str, *, as_it_is: bool) -> Iterator[str]:
    """The text, where it may be a script and has blanks; otherwise what it asks in `$(...)`."""
    if as_it_is and re.search(r"\S\s+\S", text):
        yield text
    elif "$(" in text:
        yield text.partition("$(")[2].rstrip(")")


def called(step: Step, programs: Collection[str]) -> tuple[str, ...]:
    """One of these programs with its arguments, whatever starts it: `xargs`, `docker exec`; empty where none is."""
    for number, word in enumerate(step.words):
        if word.rpartition("/")[2] in programs:
            return step.words[number:]
    return ()


def located(word: str, folder: str | None) -> str:
    """A path as it is written or, where it is relative, from the folder that is known; without a machine before it."""
    path = posixpath.join(folder or "", _BEFORE_A_PATH.sub("", word))
    return posixpath.normpath(path) if path.startswith("/") else path


def by_sqlite(step: Step) -> bool:
    """Whether SQLite itself makes a copy."""
    return bool(called(step, _BY_ITSELF)) or _BY_SQLITE.search(" ".join(step.words)) is not None


def plain(step: Step, is_live: Callable[[str], bool], database: str) -> str | None:
    """The program that copies the live database's file, or a folder with it, as it lies there."""
    program, *arguments = called(step, _FROM_TO | _PACK) or ("",)
    program = program.rpartition("/")[2]
    if not program or _unpacks(program, arguments):
        return None
    sources, left_out = _sources(program, arguments, step)
    if any(_leaves_out(pattern, database) for pattern in left_out):
        return None
    return program if any(map(is_live, sources)) else None


def _unpacks(program: str, arguments: Sequence[str]) -> bool:
    if program.endswith("tar"):
        return any(re.fullmatch(r"-?\w*[xt]\w*|--extract|--list", word) for word in arguments[:1]) or any(
            re.fullmatch(r"-\w*[xt]\w*|--extract|--list", word) for word in arguments
        )
    return program in _PACK - _READ_ONLY and any(re.fullmatch(r"-\w*d\w*|--decompress|e|x", word) for word in arguments)


def _sources(program: str, arguments: Sequence[str], step: Step) -> tuple[list[str], list[str]]:
    """What is copied, and the patterns of what is left out."""
    operands: list[str] = []
    left_out: list[str] = []
    folder, ends = step.folder, program in _FROM_TO
    words = iter(arguments)
    for word in words:
        option, _, value = word.partition("=")
        if option == "--exclude":
            left_out.append(value or next(words, ""))
        elif program.endswith("tar") and option in ("-C", "--directory"):
            folder = located(value or next(words, ""), folder)
        elif program in ("cp", "install") and option in ("-t", "--target-directory"):
            ends = not (value or next(words, ""))
        elif program == "dd":
            operands += [located(value, folder)] if option == "if" else []
        elif not word.startswith("-"):
            operands.append(located(word, folder))
    return [*(operands[:-1] if ends else operands), *(located(file, folder) for file in step.reads)], left_out


def _leaves_out(pattern: str, database: str) -> bool:
    pattern = pattern.removeprefix("./").strip("/")
    return bool(pattern) and (fnmatchcase(database, f"*/{pattern}") or fnmatchcase(database, f"*/{pattern}/*"))


def holds(path: str, database: str) -> bool:
    """Whether a path, or a pattern of paths, is the database's file, one beside it, or a folder above it."""
    if not path.startswith("/"):
        return False
    parts = [part for part in path.split("/") if part]
    files = [f"{database}{companion}".strip("/").split("/") for companion in _COMPANIONS]
    return any(len(parts) <= len(file) and all(map(fnmatchcase, file, parts)) for file in files)


def is_named_like(path: str, database: str) -> bool:
    """Whether the file's name is the database's, wherever it lies."""
    name, wanted = posixpath.basename(path), posixpath.basename(database)
    return name[:1] not in ("", "*") and any(fnmatchcase(f"{wanted}{companion}", name) for companion in _COMPANIONS)


def pipeline(commands: Sequence[Step], number: int) -> list[Step]:
    """The command of this number and those that its output goes through."""
    found = [commands[number]]
    for step in commands[number + 1 :]:
        if step.after not in _PIPES or step.depth != found[0].depth:
            break
        found.append(step)
    return found


def folders(commands: Sequence[Step], database: str) -> list[str] | None:
    """The folders that copies go to; empty where that cannot be told, and None for copies that leave the machine.

    Addresses are no folders. A copy that is made among temporary files goes to what is named elsewhere in the script.
    """
    copying = [
        number
        for number, step in enumerate(commands)
        if by_sqlite(step) or plain(step, lambda path: holds(path, database), database)
    ]
    involved = [step for number in copying for step in pipeline(commands, number)]
    named = list(dict.fromkeys(place for step in involved for place in _places(step, database)))
    if named:
        return named
    sending = [called(step, _FROM_TO | _BY_ITSELF) for step in commands]
    if any(_AWAY.match(word) for words in sending for word in words[1:]):
        return None
    return []


def places(commands: Sequence[Step], database: str) -> set[str]:
    """Every folder that is named anywhere."""
    return {place for step in commands for place in _places(step, database)}


def _places(step: Step, database: str) -> Iterator[str]:
    words = [_ADDRESS.sub(" ", word) for word in step.words[1:]]
    if not by_sqlite(step):
        # In a text there may be anything, such as a part of an address: only a word that is a path counts.
        words = [word for word in words if re.match(r"(?:[\w-]+=)?/", word)]
    for text in (*words, *(located(file, step.folder) for file in step.writes)):
        for found in _PATH.finditer(text):
            path = found[0]
            if holds(path, database) or f"{path}/".startswith(_OF_THE_SYSTEM):
                continue
            goes_on = text[found.end() : found.end() + 1] in ("$", "*", "?", "[", "`")
            is_file = goes_on or "." in posixpath.basename(path)
            yield (posixpath.dirname(path) if is_file else path) or "/"
