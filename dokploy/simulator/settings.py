"""How fast things happen in the simulator and what new releases do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Outcome = Literal[
    "healthy",
    "no_check",
    "unhealthy",
    "crash",
    "healthy_then_crash",
    "out_of_memory",
    "build_failure",
    "pull_failure",
]
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True, kw_only=True)
class Timings:
    """Seconds. A real server takes ten to a hundred times as long; the order of events is the same."""

    build_s: float = 0.2  # from the start of a deployment to its end
    start_s: float = 0.05  # from a new task to its running container
    healthy_s: float = 0.15  # from the container's start to "healthy"
    unhealthy_s: float = 0.15  # from the container's start to "unhealthy"
    kill_s: float = 0.15  # from "unhealthy" to the end of the container
    crash_s: float = 0.1  # from the start of a crashing container to its end
    late_crash_s: float = 0.1  # from running (and healthy, where that is checked) to the end, for healthy_then_crash
    restart_s: float = 0.1  # between the end of a task and its successor
    linger_s: float = 0.1  # how long a replaced container still runs
    traefik_s: float = 0.005  # between reading and writing a Traefik file
    monitor_s: float = 0.3  # Swarm's watch over an update, after which it no longer rolls back
    receiver_s: float = 0.0  # until the receivers of a notification have answered, for which the queue waits


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What new releases of an application do: of those whose name holds `match`, or of all."""

    outcome: Outcome
    match: str | None = None
