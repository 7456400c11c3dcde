"""What is verified: the site's URL, the way to it, the limits, and the secrets that must not be served."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from ops.errors import UsageError

Contract = Literal["compat", "strict"]
"""What the answer of the health check has to hold: status 200 alone, or also the body of SOP 4.1."""

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The SOP's numbers (4.2, 5.1) and those of this command."""

    load_s: float = 3.0
    response_s: float = 2.0
    memory_percent: float = 70
    disk_percent: float = 85
    certificate_days: int = 14
    """Fewer days left are told, not failed: a certificate is renewed 30 days before its end."""
    hsts_s: int = 15_552_000
    """180 days."""
    answer_s: float = 15.0
    """The longest wait for an answer; the chat may take `chat_s`, since an AI thinks about it."""
    chat_s: float = 60.0


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A value to look for, and the name that it may be told by."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where to connect to; the name of the site is sent with it, as Host and as SNI."""

    host: str
    port: int

    @classmethod
    def of(cls, text: str) -> Address:
        """Of `HOST:PORT` or `[IPV6]:PORT`; UsageError for anything else."""
        try:
            parts = urlsplit(f"//{text}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host = port = None
        if not host or not port or text != parts.netloc or "@" in text:
            raise UsageError(f"{text!r} is no address; write it like 192.0.2.7:443")
        return cls(host=host, port=port)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who signs in where a guard stands before the site (`ingress.guard`)."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Target:
    """One site. `address` and `http_address` take the place of what public DNS says."""

    url: str
    """Without a slash at its end."""
    address: Address
    http_address: Address | None
    """Where plain http is asked for a redirect; None where nobody knows its port."""
    authority: Path | None = None
    """A file with further certificate authorities to trust (PEM)."""
    contract: Contract = "compat"
    health_path: str = "/api/health"
    allowed_origins: tuple[str, ...] = ()
    """Other sites whose pages may use this one's API."""
    limits: Limits = field(default_factory=Limits)
    secrets: tuple[Secret, ...] = field(default=(), repr=False)
    login: Login | None = None
    has_proxy: bool = True
    """Whether a proxy of the stack's (`ingress`) is before the app: a Docker engine publishes the app's own port."""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def is_encrypted(self) -> bool:
        return self.url.startswith("https:")

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it, so that nothing has to be encrypted."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost" or self.host.endswith(".localhost")


def locate(url: str, address: str | None, http_address: str | None) -> tuple[str, Address, Address | None]:
    """The URL without a path, and where its site and its plain-http side are to be reached.

    Raises UsageError for what is no http or https URL, or no address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        port = None
    if not port or not parts.hostname or parts.username or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise UsageError(f"{url!r} is not the URL of a site; write it like https://chat.your-company.com")
    at = Address.of(address) if address else Address(host=parts.hostname, port=port)
    plain = Address.of(http_address) if http_address else None
    if plain is None and parts.scheme == "https" and at.port == PORTS["https"]:
        plain = Address(host=at.host, port=PORTS["http"])
    return f"{parts.scheme}://{parts.netloc}".lower(), at, plain
