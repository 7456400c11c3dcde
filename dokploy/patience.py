"""How long a call is tried again, and how long is waited before each further try.

A restart of Dokploy refuses connections for 6.5 to 10 s, and while its database is away it answers every call, for up
to 10 s, like one with a bad key. Both are waited for, in every call that may be repeated.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import tenacity

from dokploy.deadline import time_left
from dokploy.errors import DokployError

AWAY_S: Final = 15.0
"""How long a server that is away is waited for: half as long again as its slowest restart that was seen."""
BUSY_S: Final = 60.0
"""How long one that asks for patience (Retry-After) is waited for, all its requests together."""
FEW_ATTEMPTS: Final = 3
"""Tries of what a further one seldom mends: a failure of Dokploy's own, a server that never answered yet."""
_LONGEST_WAIT_S: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class Patience:
    """The policy of one client. `away_s` and `busy_s` bound the time from a call's first try to its last, in seconds;
    0 means that nothing is tried twice. `first_wait_s` is the pause before the second try, each further one is three
    times as long, at most 2 s. `closing` ends the waiting; `say` is told what is waited for.
    """

    away_s: float = AWAY_S
    busy_s: float = BUSY_S
    first_wait_s: float = 0.2
    closing: threading.Event = field(default_factory=threading.Event)
    say: Callable[[str], None] = lambda text: None

    def retrying(self, *, repeatable: bool, proven: Callable[[], bool]) -> tenacity.Retrying:
        """Runs one call until it succeeds or no further try is worthwhile, and then raises its last error.

        `repeatable`: the call may be carried out twice. Otherwise it is tried again only where it is known not to
        have been carried out. `proven` says whether this server has ever accepted the key.
        """

        def worthwhile(error: BaseException) -> bool:
            return isinstance(error, DokployError) and error.transient and (repeatable or error.untouched)

        def spent(state: tenacity.RetryCallState) -> bool:
            if self.closing.is_set() or time_left(state.upcoming_sleep) < state.upcoming_sleep:
                return True
            error = _error(state)
            few = error.status == 500 or not (proven() or error.refused)
            if few and state.attempt_number >= FEW_ATTEMPTS:
                return True
            limit_s = self.away_s if error.retry_after_s is None else self.busy_s
            passed_s = state.seconds_since_start or 0.0
            # A first try may have waited longer than that for its answer.
            is_late = state.attempt_number > 1 or limit_s == 0 or passed_s <= limit_s
            return is_late and passed_s + state.upcoming_sleep > limit_s

        backoff = tenacity.wait_exponential_jitter(
            multiplier=self.first_wait_s, exp_base=3, max=_LONGEST_WAIT_S, jitter=self.first_wait_s / 2
        )

        def pause_s(state: tenacity.RetryCallState) -> float:
            return max(float(backoff(state)), _error(state).retry_after_s or 0.0)

        def before_sleep(state: tenacity.RetryCallState) -> None:
            if state.attempt_number >= FEW_ATTEMPTS:
                self.say(f"waiting for Dokploy: {_error(state)}")

        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(worthwhile),
            stop=spent,
            wait=pause_s,
            sleep=tenacity.sleep_using_event(self.closing),
            before_sleep=before_sleep,
            reraise=True,
        )


def _error(state: tenacity.RetryCallState) -> DokployError:
    """What the last try ended with; only such an error is tried again."""
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, DokployError)
    return error
