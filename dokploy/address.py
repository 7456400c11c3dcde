"""The server's address: checked once, so that a wrong one is one clear line."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from dokploy.errors import Invalid
from dokploy.given import Given


@dataclass(frozen=True, kw_only=True)
class Address:
    """Scheme, host and port of a Dokploy server."""

    origin: str
    host: str
    encrypted: bool
    given: Given

    @classmethod
    def of(cls, url: str, given: Given | None = None) -> Address:
        """The address that was given; Invalid, with the way out, where it is not a plain http(s) origin."""
        given = given or Given()
        name, way_out = given.url, given.set_url
        text = url.strip()
        if not text:
            raise Invalid(f"{name} is empty; {way_out}")
        if any(character.isspace() or not character.isprintable() for character in text):
            raise Invalid(f"{name} holds a blank or a control character; {way_out}")
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise Invalid(f"{name} is not a valid URL; {way_out}") from None
        if parts.scheme not in ("http", "https"):
            raise Invalid(f"{name} must start with https:// or http://; {way_out}")
        # The value is not shown before this point: it may hold a password.
        if "@" in parts.netloc:
            raise Invalid(f"{name} must not hold a user or password; the API key stands alone; {way_out}")
        if not host:
            raise Invalid(f"{name} has no host name; {way_out}")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise Invalid(
                f"{name} must be the server's address alone, without path, query or fragment (host {host}); {way_out}"
            )
        shown_host = f"[{host}]" if ":" in host else host
        origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port is not None else "")
        return cls(origin=origin, host=host, encrypted=parts.scheme == "https", given=given)

    @property
    def loopback(self) -> bool:
        """Whether the server is this machine."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def warning(self) -> str | None:
        """What to tell people about this address: the API key must not cross a network in clear text."""
        if self.encrypted or self.loopback:
            return None
        return (
            f"{self.given.url} is {self.origin}: the API key and every secret travel unencrypted; "
            "use https:// or an SSH tunnel to the server"
        )
