"""The server's address: checked once, so that a wrong one is one clear line."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from dokploy.errors import Invalid

_WAY_OUT = "set it with: pulumi config set dokploy:url https://dokploy.your-domain"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Scheme, host and port of a Dokploy server."""

    origin: str
    host: str
    encrypted: bool

    @classmethod
    def of(cls, url: str) -> Address:
        """The address in `dokploy:url`; Invalid, with the way out, where it is not a plain http(s) origin."""
        text = url.strip()
        if not text:
            raise Invalid(f"dokploy:url is empty; {_WAY_OUT}")
        if any(character.isspace() or not character.isprintable() for character in text):
            raise Invalid(f"dokploy:url holds a blank or a control character; {_WAY_OUT}")
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise Invalid(f"dokploy:url is not a valid URL; {_WAY_OUT}") from None
        if parts.scheme not in ("http", "https"):
            raise Invalid(f"dokploy:url must start with https:// or http://; {_WAY_OUT}")
        # The value is not shown before this point: it may hold a password.
        if "@" in parts.netloc:
            raise Invalid(f"dokploy:url must not hold a user or password; the API key stands alone; {_WAY_OUT}")
        if not host:
            raise Invalid(f"dokploy:url has no host name; {_WAY_OUT}")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise Invalid(
                f"dokploy:url must be the server's address alone, without path, query or fragment "
                f"(host {host}); {_WAY_OUT}"
            )
        shown_host = f"[{host}]" if ":" in host else host
        origin = f"{parts.scheme}://{shown_host}" + (f":{port}" if port is not None else "")
        return cls(origin=origin, host=host, encrypted=parts.scheme == "https")

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
            f"dokploy:url is {self.origin}: the API key and every secret travel unencrypted; "
            "use https:// or an SSH tunnel to the server"
        )
