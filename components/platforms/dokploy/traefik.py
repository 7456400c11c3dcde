"""Traefik's own words for what stands before the app: one middleware each, as its configuration file has it."""

from __future__ import annotations

from typing import Any

from components.values import Guard, Headers, RateLimit

Middleware = dict[str, dict[str, Any]]

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_REQUEST_HEADERS = ["Authorization", "Content-Type"]
_PREFLIGHT_SECONDS = 600


def headers(asked: Headers) -> Middleware:
    """The security headers. Traefik's value takes the place of one that the app sends."""
    return {
        "headers": {
            # Sent over TLS only, which is where browsers heed it.
            "stsSeconds": asked.hsts_seconds,
            "stsIncludeSubdomains": asked.hsts_subdomains,
            "contentSecurityPolicy": asked.content_security_policy,
            "customFrameOptionsValue": asked.frame_options,
            "contentTypeNosniff": True,
            "referrerPolicy": asked.referrer_policy,
            "permissionsPolicy": asked.permissions_policy,
        }
    }


def origins(allowed: tuple[str, ...]) -> Middleware:
    """Who may call from another host's page. The app's own word, which is `*` on its websocket, does not count."""
    own = {"customResponseHeaders": {"Access-Control-Allow-Origin": ""}}  # an empty value takes the header away
    if not allowed:
        return {"headers": own}
    return {
        "headers": {
            **own,
            "accessControlAllowOriginList": list(allowed),
            "accessControlAllowMethods": _METHODS,
            "accessControlAllowHeaders": _REQUEST_HEADERS,
            "accessControlMaxAge": _PREFLIGHT_SECONDS,
            "addVaryHeader": True,
        }
    }


def rate_limit(asked: RateLimit) -> Middleware:
    """By the address that the request comes from."""
    return {"rateLimit": {"average": asked.average, "period": "1s", "burst": asked.burst}}


def allow_list(guard: Guard) -> Middleware:
    return {"ipAllowList": {"sourceRange": list(guard.addresses)}}


def sign_in(guard: Guard) -> Middleware:
    """A user's name and password, of which Traefik knows the hash. The app does not get to see them."""
    users = [f"{name}:{hash.get_secret_value()}" for name, hash in sorted(guard.users.items())]
    return {"basicAuth": {"users": users, "removeHeader": True}}
