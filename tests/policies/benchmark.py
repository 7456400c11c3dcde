"""What the pack costs: previews of the production stack with and without it, in turn.

    PYTHONPATH=policies python -m tests.policies.benchmark [ROUNDS]

The limit is meant for a machine that does nothing else.
"""

from __future__ import annotations

import statistics
import sys
import time

from tests.policies.stage import Stage, stage

LIMIT_S = 0.35
"""What a preview may take longer with the pack."""


def main(rounds: int = 9) -> None:
    """Print the medians, and what lies between them."""
    with stage() as production:
        for pack in (False, True):
            _seconds(production, pack=pack)  # compiles and fills the caches
        pairs = [(_seconds(production, pack=False), _seconds(production, pack=True)) for _ in range(rounds)]
    for what, of in (("median", statistics.median), ("fastest", min)):
        without, with_pack = (of(times) for times in zip(*pairs, strict=True))
        print(
            f"preview of production, {what} of {rounds}: {without:.2f} s without the pack, {with_pack:.2f} s with it, "
            f"{with_pack - without:.2f} s more"
        )
    print(f"{LIMIT_S} s is the limit for the median")


def _seconds(production: Stage, *, pack: bool) -> float:
    began = time.monotonic()
    run = production.preview(level="production" if pack else None, pack=pack)
    assert run.code == 0, run.said
    return time.monotonic() - began


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
