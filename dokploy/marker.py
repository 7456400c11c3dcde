"""The mark by which an object that Dokploy made for us is found again when its answer was lost.

Dokploy's names are not unique and a dropped connection never stops the work, so that a create whose answer is
lost leaves an object that nobody knows. Its description (or another field without effect) carries this mark:
the next create looks for it first and adopts what it finds.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_ANY: Final = re.compile(r"[ \t\r\n]*\[pulumi:[0-9a-f]{16}\]")


@dataclass(frozen=True, kw_only=True)
class Marker:
    """The mark of one resource: 16 hex digits that depend on its URN and on the inputs that replace it.

    A replacement has other replace inputs, hence another mark: it never adopts the object that it replaces.
    """

    digits: str

    @classmethod
    def of(cls, urn: str, *replace_inputs: str) -> Marker:
        """The mark of the resource with this URN and these inputs."""
        digest = hashlib.sha256()
        for part in (urn, *replace_inputs):
            encoded = part.encode()
            # The length keeps ("ab", "c") and ("a", "bc") apart.
            digest.update(f"{len(encoded)}:".encode() + encoded)
        return cls(digits=digest.hexdigest()[:16])

    @property
    def text(self) -> str:
        """The mark as it stands in Dokploy: `[pulumi:0123456789abcdef]`."""
        return f"[pulumi:{self.digits}]"

    def on(self, description: str | None) -> str:
        """The description with this mark appended in place of any other; `strip` takes it off again."""
        plain = strip(description)
        return f"{plain} {self.text}" if plain else self.text

    def marks(self, text: str | None) -> bool:
        """Whether the text carries this mark."""
        return text is not None and self.text in text


def strip(text: str | None) -> str:
    """The text without any mark, as its owner wrote it; an absent text is an empty one."""
    return "" if text is None else _ANY.sub("", text)
