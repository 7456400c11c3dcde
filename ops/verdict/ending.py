"""What a command of Pulumi said last."""

from __future__ import annotations

LINES_KEPT = 12


def ending(said: str) -> str:
    """What a command said last: its diagnostics, where it came to them."""
    lines = [line.rstrip() for line in said.splitlines() if line.strip()]
    start = next((index for index, line in enumerate(lines) if line.strip() == "Diagnostics:"), None)
    errors = [line.strip() for line in lines if line.strip().startswith("error:")]
    chosen = lines[start + 1 :] if start is not None else errors or lines
    return "\n".join(chosen[:LINES_KEPT])
