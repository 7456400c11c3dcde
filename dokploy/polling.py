"""Waiting for something on the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryError,
    Retrying,
    retry_if_result,
    sleep_using_event,
    stop_after_delay,
    stop_any,
    stop_when_event_set,
    wait_exponential,
)

from dokploy.errors import DokployError
from dokploy.resource import Context

T = TypeVar("T")

FIRST_S, LONGEST_S = 0.2, 1.0
"""Waits between two looks: a deployment of a ready image is done within half a second, a build takes minutes."""


class WaitEndedError(Exception):
    """The time was up (`cancelled` False), or the run was cancelled."""

    def __init__(self, *, cancelled: bool) -> None:
        super().__init__("cancelled" if cancelled else "out of time")
        self.cancelled = cancelled


def wait_for(ctx: Context, look: Callable[[], T | None], *, at_most_s: float | None = None) -> T:
    """Look again and again until `look` returns something; WaitEndedError when time is up or Ctrl-C was pressed.

    `at_most_s` is a limit in seconds below that of the operation.
    """
    limit_s = ctx.deadline.left() if at_most_s is None else min(at_most_s, ctx.deadline.left())
    retrying = Retrying(
        retry=retry_if_result(lambda result: result is None),
        wait=wait_exponential(multiplier=FIRST_S, max=LONGEST_S, exp_base=1.3),
        stop=stop_any(stop_after_delay(limit_s), stop_when_event_set(ctx.cancelled)),
        sleep=sleep_using_event(ctx.cancelled),
    )
    try:
        result: T | None = retrying(_patient(ctx, look))
    except RetryError:
        raise WaitEndedError(cancelled=ctx.cancelled.is_set()) from None
    assert result is not None
    return result


def _patient(ctx: Context, look: Callable[[], T | None]) -> Callable[[], T | None]:
    """While a server restarts, which takes up to 10 s, a look finds nothing; it does not fail."""

    def try_to_look() -> T | None:
        try:
            return look()
        except DokployError as error:
            if not error.transient:
                raise
            ctx.log("progress", f"waiting for Dokploy to answer again: {error}")
            return None

    return try_to_look
