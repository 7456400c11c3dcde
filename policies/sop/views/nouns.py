"""What a container has, in the same terms on both platforms."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Size:
    """A size or a share as it is written, and its amount in bytes or billionths of a core."""

    text: str
    amount: int | None
    plain: bool
    """Whether it is written with a unit that nobody can mistake."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """The check inside the container. None is what nobody has said."""

    test: tuple[str, ...]
    """Docker's form: CMD and words, or CMD-SHELL and a script."""
    start_period_s: float | None
    retries: float | None


@dataclass(frozen=True, kw_only=True)
class Restart:
    """What happens when the container ends."""

    condition: str
    attempts: float
    """0 for no limit."""
    window_s: float | None
    """None where the platform has no window."""


@dataclass(frozen=True, kw_only=True)
class Update:
    """How a running container is replaced."""

    order: str | None
    failure_action: str | None


@dataclass(frozen=True, kw_only=True)
class Published:
    """A port of the container that is reachable from outside it; `internal` is the container's side."""

    internal: int | None
    address: str
