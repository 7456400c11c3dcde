"""Comparing an answer of the simulator with the recorded one.

Keys, JSON types and values have to agree. Values that every server draws anew (ids, times, generated names)
agree when they have the same shape; the first time such a value is met, the pair is noted, and from then on
the recorded value stands for the simulated one, in answers as in later requests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

DRAWN = re.compile(r"(?:id|Id|appName|key|start|timestamp|processedOn)$")
_ROUTER = re.compile(r"(-(?:router|router-websecure|service)-)(\d+)\b")
_MASKS = (
    (re.compile(r"\d{4}-\d{2}-\d{2}[T:][\d:.]+Z?"), "<time>"),
    (re.compile(r"\b(?:app|schedule|volumeBackup)(?:-[a-z0-9]+)+-[a-z0-9]{6}\b"), "<name>"),
    (re.compile(r"(?<=params: )[\w-]{21}(?=,)"), "<id>"),
    (re.compile(r"\b(?:[0-9a-f]{64}|[0-9a-f]{40})\b"), "<hex>"),
    (re.compile(r"(?<=\.\d\.)[a-z0-9]{25}\b"), "<task>"),
    (re.compile(r"^[a-z0-9]{16}$"), "<generated password>"),
    (re.compile(r"\$2b\$10\$\S+"), "<bcrypt>"),
    (re.compile(r"(?:less than a|about a|an|\d+) (?:second|minute|hour)s?"), "<while>"),
)


class Pairs:
    """Recorded value -> simulated value."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}
        self._taken: set[str] = set()
        self._numbers: dict[int, int] = {}

    def note(self, recorded: str, simulated: str) -> None:
        if len(recorded) > 5 and not recorded.startswith("<"):
            self._known[recorded] = simulated
            self._taken.add(simulated)

    def note_number(self, recorded: int, simulated: int) -> None:
        """The numbers of domains, which stand in the names of their routers."""
        self._numbers[recorded] = simulated

    def simulated_file(self, text: Any) -> Any:
        """A Traefik file with the simulated names and numbers."""
        if not isinstance(text, str):
            return text

        def number(found: re.Match[str]) -> str:
            return f"{found[1]}{self._numbers.get(int(found[2]), int(found[2]))}"

        return self.simulated(_ROUTER.sub(number, text))

    def knows(self, recorded: str) -> bool:
        return recorded in self._known

    def taken(self, simulated: str) -> bool:
        """Whether another recorded value stands for this one already."""
        return simulated in self._taken

    def simulated(self, value: Any) -> Any:
        """The value with every known recorded id replaced."""
        if isinstance(value, dict):
            return {key: self.simulated(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.simulated(item) for item in value]
        if not isinstance(value, str):
            return value
        if value in self._known:
            return self._known[value]
        for recorded, simulated in self._known.items():
            if recorded in value:
                value = value.replace(recorded, simulated)
        return value


def _stable(text: str) -> str:
    """A text without what every server draws anew."""
    for mask, word in _MASKS:
        text = mask.sub(word, text)
    return text


def _kind(value: Any) -> str:
    names = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


def differences(recorded: Any, simulated: Any, pairs: Pairs, loose: frozenset[str], where: str = "") -> Iterator[str]:
    """What differs, one line each. `loose` names keys whose values are compared by type only."""
    if _kind(recorded) != _kind(simulated):
        yield f"{where or 'body'}: recorded {_short(recorded)}, simulated {_short(simulated)}"
    elif isinstance(recorded, dict):
        yield from _objects(recorded, simulated, pairs, loose, where)
    elif isinstance(recorded, list):
        yield from _lists(recorded, simulated, pairs, loose, where)
    else:
        yield from _scalars(recorded, simulated, pairs, loose, where)


def _objects(
    recorded: dict[str, Any], simulated: dict[str, Any], pairs: Pairs, loose: frozenset[str], where: str
) -> Iterator[str]:
    for key in recorded.keys() - simulated.keys():
        yield f"{where}.{key}: missing, recorded {_short(recorded[key])}"
    for key in simulated.keys() - recorded.keys():
        yield f"{where}.{key}: not recorded, simulated {_short(simulated[key])}"
    for key in recorded:
        if key in simulated:
            yield from differences(recorded[key], simulated[key], pairs, loose, f"{where}.{key}")


def _lists(recorded: list[Any], simulated: list[Any], pairs: Pairs, loose: frozenset[str], where: str) -> Iterator[str]:
    """Order is the database's own affair: each recorded element needs an equal one."""
    key = where.rpartition(".")[2]
    free = key in loose
    cut = re.match(r"<(\d+) more cut here>", str(recorded[-1])) if recorded else None
    count = len(recorded) - 1 + int(cut[1]) if cut else len(recorded)
    if count != len(simulated) and (not free or not simulated or not recorded):
        yield f"{where}: recorded {count} elements, simulated {len(simulated)}"
        return
    left = list(simulated)
    for index, wanted in enumerate(recorded):
        if isinstance(wanted, str) and "cut here" in wanted:
            return
        found = _closest(wanted, left, pairs, loose, f"{where}[{index}]")
        if found is None:
            return
        yield from differences(wanted, found, pairs, loose, f"{where}[{index}]")
        if not free:
            left.remove(found)


def _closest(wanted: Any, left: list[Any], pairs: Pairs, loose: frozenset[str], where: str) -> Any:
    """The element with the same known ids, else the one with the fewest differences."""
    best, fewest = None, -1
    for candidate in left:
        count = sum(1 for _ in differences(wanted, candidate, _Trial(pairs), loose, where))
        if fewest < 0 or count < fewest:
            best, fewest = candidate, count
    return best


class _Trial(Pairs):
    """Pairs to look up, where nothing is noted."""

    def __init__(self, real: Pairs) -> None:
        self._known, self._taken, self._numbers = real._known, real._taken, real._numbers

    def note_number(self, recorded: int, simulated: int) -> None:
        return None

    def note(self, recorded: str, simulated: str) -> None:
        return None


def _scalars(recorded: Any, simulated: Any, pairs: Pairs, loose: frozenset[str], where: str) -> Iterator[str]:
    key = re.sub(r"\[\d+\]$", "", where).rpartition(".")[2]
    if key in loose or pairs.simulated(recorded) == simulated:
        return
    if isinstance(recorded, str) and recorded.startswith("<REDACTED"):
        return
    if key == "uniqueConfigKey":
        pairs.note_number(recorded, simulated)
        return
    if DRAWN.search(key):
        if not isinstance(recorded, str):
            return
        if not pairs.knows(recorded) and not pairs.taken(simulated):
            pairs.note(recorded, simulated)
            return
    if isinstance(recorded, str) and _stable(pairs.simulated(recorded)) == _stable(simulated):
        return
    yield f"{where or 'body'}: recorded {_short(recorded)}, simulated {_short(simulated)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 300 else f"{text[:150]} ... {text[-140:]}"
