"""Cuts a Markdown text to what a comment may hold, at the end of a line and outside of a block."""

from __future__ import annotations

import re

LIMIT = 65_536
"""The characters that GitHub takes as a comment. Bytes are counted, which are never fewer."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


def fitted(text: str, link: str = "", limit: int = LIMIT) -> str:
    """The text itself, or its beginning with a note where the rest is."""
    if len(text.encode()) <= limit:
        return text
    where = f"in [the files of the run]({link})" if link else "in the files of the run"
    note = f"\n\nShortened to fit a comment: the rest is {where}.\n"
    room, kept, fence = limit - len(note.encode()), list[str](), ""
    used = 0
    for line in text.splitlines():
        after = _after(fence, line)
        closing = f"\n{after}" if after else ""
        if used + len(f"{line}{closing}".encode()) > room:
            break
        kept.append(line)
        used += len(line.encode()) + 1
        fence = after
    if fence:
        kept.append(fence)
    return "\n".join(kept) + note


def _after(fence: str, line: str) -> str:
    """The fence that is open after a line; empty outside of a block."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    closes = line.strip() == found[1] and found[1][0] == fence[0] and len(found[1]) >= len(fence)
    return "" if closes else fence
