"""Makes texts of the program under judgement harmless: a resource may be named like a heading, a script or a person."""

from __future__ import annotations

import html
import re

_RUNS = re.compile(r"`+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MARKS = re.compile(r"([\\`*_{}\[\]()#+!|~$^])")


def printable(text: str) -> str:
    """Without control characters, and without those that turn the direction of reading."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    return " ".join(printable(text).split())


def code(text: str) -> str:
    """A code span for Markdown, also inside a table: nothing in it is a mark, a tag, a link or a mention."""
    line = one_line(text).replace("|", "\\|")
    if not line:
        return "&nbsp;"
    fence = "`" * (max((len(run) for run in _RUNS.findall(line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def prose(text: str) -> str:
    """A sentence for Markdown, also inside a table: without marks and tags, and nobody is called by it."""
    line = html.escape(one_line(text), quote=False)
    line = _MARKS.sub(r"\\\1", line)
    # A space of no width keeps an address from becoming a link, and a name from being called.
    return line.replace("@", "@\u200b").replace("://", ":\u200b//").replace("www.", "www\u200b.")


def block(text: str) -> str:
    """A fenced block for Markdown that nothing inside can close."""
    said = printable(text)
    fence = "`" * max(3, max((len(run) for run in _RUNS.findall(said)), default=0) + 1)
    return f"{fence}text\n{said}\n{fence}"


def markup(text: str) -> str:
    """A text for HTML, in an attribute too."""
    return html.escape(printable(text), quote=True)


def xml_text(text: str) -> str:
    """A text that XML 1.0 may hold; the writer escapes it."""
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text)


def command_data(text: str) -> str:
    """The message of a workflow command of GitHub: one line."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def command_property(text: str) -> str:
    """A property of a workflow command of GitHub, such as its title."""
    return command_data(text).replace(":", "%3A").replace(",", "%2C")
