"""What a health check asks for, and whether it can fail."""

from __future__ import annotations

import re
import shlex

from sop import numbers
from sop.texts import exit_code
from sop.texts.shell import Step, steps
from sop.views.nouns import Health

_PATH = re.compile(re.escape(numbers.HEALTH_PATH) + r"(?![\w./-])")
_ASKED = re.compile(
    r"(?<![\w$}{./:@-])(?:(https?)://)?(?:[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:]+\])(?::([0-9]{1,5}))?" + _PATH.pattern,
)
_HAND_ON = frozenset({"cat", "cut", "head", "sed", "tail", "tee", "tr"})
"""Programs that end well whatever passes through them."""
_CURL_FAILS = re.compile(r"--fail(?:-with-body)?|-[A-Za-z#]*f[A-Za-z#]*")


def is_asked(health: Health) -> bool:
    """Whether a command of the check asks for the health path."""
    return any(_asks(step) and not exit_code.succeeds(step) for step in steps(_script(health)))


def port(health: Health) -> int | None:
    """The port that is asked; None where the check does not show it. An address without one means 80 or 443."""
    found = _ASKED.search(_script(health))
    if found is None:
        return None
    return int(found[2]) if found[2] else 443 if found[1] == "https" else 80


def weakness(health: Health) -> str | None:
    """Why the check is healthy whatever the app answers; None where it is not."""
    end = exit_code.end(_script(health))
    if end is None:
        return None
    last = end.members[-1]
    if end.lost == "success" or (end.lost == "pipe" and last.program in _HAND_ON):
        return f"ends in {last.program}, which succeeds whatever the app answers"
    if last.program == "curl" and _asks(last) and not any(map(_CURL_FAILS.fullmatch, last.words)):
        return "asks with curl without --fail, which takes every answer for a success"
    return None


def _script(health: Health) -> str:
    """The check as a shell would be given it."""
    kind, words = health.test[:1], health.test[1:]
    if kind == ("CMD-SHELL",):
        return " ".join(words)
    return shlex.join(words if kind == ("CMD",) else health.test)


def _asks(step: Step) -> bool:
    return any(map(_PATH.search, step.words))
