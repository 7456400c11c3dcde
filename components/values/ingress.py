"""The public way in, and what stands before it: headers, a limit of requests, a guard (SOP 4.3, Security 1 and 2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, model_validator

from components.fields import between
from components.values.base import Value
from components.web_fields import HeaderValue, Network, PasswordHash, UserName, WebPath

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'; "
    "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob: https:; "
    "font-src 'self' data:; connect-src 'self'"
)
"""What the app's pages need and nothing more. Next.js puts its data into inline scripts, without a nonce."""


class Headers(Value):
    """The security headers of every answer (SOP 4.3: all present; Security 2: with a CSP)."""

    enabled: StrictBool = True
    hsts_seconds: Annotated[int, AfterValidator(between(15_552_000, 63_072_000, " seconds", "180 days or more"))] = (
        31_536_000
    )
    hsts_subdomains: StrictBool = False
    """Whether the host's subdomains have to be reached over https too."""
    content_security_policy: HeaderValue = CONTENT_SECURITY_POLICY
    frame_options: Literal["DENY", "SAMEORIGIN"] = "SAMEORIGIN"
    referrer_policy: Literal["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"] = (
        "strict-origin-when-cross-origin"
    )
    permissions_policy: HeaderValue = "camera=(), microphone=(), geolocation=()"


class RateLimit(Value):
    """How many requests one address may make (SOP Security 2)."""

    enabled: StrictBool = True
    average: Annotated[int, AfterValidator(between(1, 10_000, " requests a second"))] = 50
    """A second, over time."""
    burst: Annotated[int, AfterValidator(between(1, 100_000, " requests"))] = 100
    """At once. A page of the app is several dozen files."""


class Guard(Value):
    """Who may come to some paths: those from certain addresses, those who sign in, or only who does both."""

    paths: Annotated[tuple[WebPath, ...], Field(strict=False)] = ("/",)
    """With everything below them; `/` is the whole host but the path of the health check."""
    addresses: Annotated[tuple[Network, ...], Field(strict=False)] = ()
    users: dict[UserName, PasswordHash] = Field(default_factory=dict)
    """The hash of the password by the user's name. The password itself is known to the user alone."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> Guard:
        if not (self.addresses or self.users):
            raise ValueError("needs addresses or users, or nobody could come in")
        # A path's name has hyphens for its slashes.
        if not self.paths or len({path.replace("/", "-") for path in self.paths}) < len(self.paths):
            raise ValueError("needs paths, each of them once, that differ in more than / and -")
        return self

    @property
    def is_whole(self) -> bool:
        """Whether the whole host is guarded."""
        return "/" in self.paths


@dataclass(frozen=True, kw_only=True)
class Route:
    """The public way in: a host name that is led to a port of the service."""

    host: str
    port: int
    certificate: Literal["letsencrypt", "custom", "none"]
    resolver: str | None
    headers: Headers
    rate_limit: RateLimit
    allowed_origins: tuple[str, ...]
    """Whose pages may call the app from other hosts; its own need not be named."""
    guard: Guard | None
    health_path: str
    """Stays open where the whole host is guarded: the proof of a release and monitors ask it."""
