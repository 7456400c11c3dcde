"""What can go wrong between the provider and Dokploy: one tree, one line for people each."""

from __future__ import annotations

from typing import Final

UPDATE_AGAIN: Final = "run the update again (`make up` or `pulumi up`)"
"""What people are told to do. This project's own program is updated by `make`, which brings its policies along."""


class DokployError(Exception):
    """Any failure of a call to Dokploy; `str(error)` is the one line shown to people, free of secrets.

    `procedure` and `status` say which call failed and how (None where no call or no answer was involved).
    `transient` means that the same call may well succeed a moment later.
    `untouched` means that the request is known not to have been carried out, so that a write may be repeated.
    `refused` means that nobody listened, as while the server restarts.
    `retry_after_s` is how long the server asks to wait, in seconds; None where it says nothing.
    """

    def __init__(
        self,
        message: str,
        *,
        procedure: str | None = None,
        status: int | None = None,
        transient: bool = False,
        untouched: bool = False,
        refused: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.procedure = procedure
        self.status = status
        self.transient = transient
        self.untouched = untouched
        self.refused = refused
        self.retry_after_s = retry_after_s


class NotFound(DokployError):
    """The object does not exist (any more)."""


class Unauthorized(DokployError):
    """The API key itself is not accepted: bad, expired or exhausted."""


class Forbidden(DokployError):
    """The key is good, but it may not do this: a missing permission or another organisation's object."""


class Invalid(DokployError):
    """The request or the provider's configuration is wrong; repeating it cannot help."""


class Conflict(DokployError):
    """The request clashes with something that exists."""


class ServerFailure(DokployError):
    """Dokploy, or a proxy before it, answered with a failure of its own or with something unreadable."""


class Unreachable(DokployError):
    """No answer came from Dokploy."""


class AnswerLost(Unreachable):
    """A write was sent but its answer was lost: nobody knows whether it was carried out."""
