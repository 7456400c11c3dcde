"""What a middleware of Traefik does, read from its configuration."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_MAX_AGE = re.compile(r"max-age\s*=\s*\"?([0-9]+)", re.IGNORECASE)
_STRANGER = "https://stranger.invalid"
"""An origin that nobody names: RFC 6761 keeps it free."""


class Middleware:
    """The configuration of one middleware. Traefik reads names in any case."""

    def __init__(self, text: str) -> None:
        """Raises `yaml.YAMLError` for a text that Traefik could not read either."""
        self._kinds = _lower(yaml.safe_load(text))

    @property
    def hsts_seconds(self) -> int:
        """How long browsers are told to stay with HTTPS; 0 for not at all."""
        own = _MAX_AGE.search(str(self._response_headers.get("strict-transport-security", "")))
        return max(_number(self._headers.get("stsseconds")), int(own[1]) if own else 0)

    @property
    def content_security_policy(self) -> str:
        """The policy that browsers enforce; one that they only report on does not count."""
        own = self._response_headers.get("content-security-policy")
        return str(self._headers.get("contentsecuritypolicy") or own or "").strip()

    @property
    def requests_average(self) -> int:
        """The requests from one address that it lets through, in its period; 0 for no limit."""
        return _number(self._of("ratelimit").get("average"))

    @property
    def asks_who_it_is(self) -> bool:
        """Whether it lets in only some: those of listed addresses, or those who sign in."""
        signs_in = any(
            self._of(kind).get(source)
            for kind, source in (
                ("basicauth", "users"),
                ("basicauth", "usersfile"),
                ("digestauth", "users"),
                ("digestauth", "usersfile"),
                ("forwardauth", "address"),
            )
        )
        return signs_in or any(
            _are_some(_texts(self._of(kind).get("sourcerange"))) for kind in ("ipallowlist", "ipwhitelist")
        )

    @property
    def open_to_every_origin(self) -> Iterator[str]:
        """The settings that let pages of any host call the app."""
        if "*" in _texts(self._headers.get("accesscontrolalloworiginlist")):
            yield "accessControlAllowOriginList"
        if any(map(_matches_a_stranger, _texts(self._headers.get("accesscontrolalloworiginlistregex")))):
            yield "accessControlAllowOriginListRegex"
        if str(self._response_headers.get("access-control-allow-origin", "")).strip() == "*":
            yield "customResponseHeaders.Access-Control-Allow-Origin"

    @property
    def _headers(self) -> Mapping[str, Any]:
        return self._of("headers")

    @property
    def _response_headers(self) -> Mapping[str, Any]:
        found = self._headers.get("customresponseheaders")
        return found if isinstance(found, Mapping) else {}

    def _of(self, kind: str) -> Mapping[str, Any]:
        found = self._kinds.get(kind) if isinstance(self._kinds, Mapping) else None
        return found if isinstance(found, Mapping) else {}


def _lower(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name).lower(): _lower(inner) for name, inner in value.items()}
    return value


def _texts(value: Any) -> list[str]:
    """A list, or a text with commas."""
    items = value if isinstance(value, list) else str(value or "").split(",")
    return [str(item).strip() for item in items if str(item).strip()]


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _matches_a_stranger(pattern: str) -> bool:
    try:
        return re.search(pattern, _STRANGER) is not None
    except re.error:
        return False


def _are_some(ranges: list[str]) -> bool:
    """Whether there are addresses, and not all that there are."""
    networks = [ipaddress.ip_network(text, strict=False) for text in ranges]
    older = ipaddress.collapse_addresses(one for one in networks if isinstance(one, ipaddress.IPv4Network))
    newer = ipaddress.collapse_addresses(one for one in networks if isinstance(one, ipaddress.IPv6Network))
    # Two halves are the whole.
    joined: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = [*older, *newer]
    return bool(joined) and not any(network.prefixlen == 0 for network in joined)
