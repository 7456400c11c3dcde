"""The way in on Dokploy: one domain for the host, one for each path that is guarded, and their middlewares."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pulumi
import pulumi_dokploy as dokploy
from pulumi import ResourceOptions

from components.platforms.dokploy import traefik
from components.platforms.protocol import Workload
from components.values import Guard, Route


class Entrance:
    """Makes the domains of one route, all of them children of `parent`.

    Dokploy itself redirects plain http to a domain with a certificate. Its own basic authentication is not used: it
    would stand before the health check too, and Dokploy keeps its passwords in plain text.
    """

    def __init__(self, name: str, route: Route, workload: Workload, parent: pulumi.Resource) -> None:
        self._name = name
        self._route = route
        self._workload = workload
        self._options = ResourceOptions(parent=parent)

    def open(self) -> pulumi.Output[str]:
        """The id of the host's own domain."""
        route, guard = self._route, self._route.guard
        common, guards = self._common(), self._guards(guard)
        whole = guards if guard and guard.is_whole else []
        domain = self._domain("domain", "/", [*common, *whole])
        if whole:
            self._domain("domain-health", route.health_path, common)
        for path in guard.paths if guard and not guard.is_whole else ():
            self._domain(f"domain{path.replace('/', '-')}", path, [*common, *guards])
        return pulumi.Output.from_input(domain.id)

    def _common(self) -> list[pulumi.Output[str]]:
        """What every request passes, the limit first: who is over it costs nothing more."""
        limit, headers = self._route.rate_limit, self._route.headers
        return [
            *([self._middleware("rate-limit", traefik.rate_limit(limit))] if limit.enabled else ()),
            *([self._middleware("headers", traefik.headers(headers))] if headers.enabled else ()),
            self._middleware("origins", traefik.origins(self._route.allowed_origins)),
        ]

    def _guards(self, guard: Guard | None) -> list[pulumi.Output[str]]:
        if guard is None:
            return []
        return [
            *([self._middleware("allow-list", traefik.allow_list(guard))] if guard.addresses else ()),
            *([self._middleware("sign-in", traefik.sign_in(guard), secret=True)] if guard.users else ()),
        ]

    def _middleware(self, role: str, content: traefik.Middleware, *, secret: bool = False) -> pulumi.Output[str]:
        """Traefik's name of a middleware. The provider adds a suffix of the stack's own to the name."""
        text = json.dumps(content)
        middleware = dokploy.Middleware(
            f"{self._name}-{role}",
            dokploy.MiddlewareArgs(
                name=f"{self._name}-{role}", configuration=pulumi.Output.secret(text) if secret else text
            ),
            self._options,
        )
        return pulumi.Output.from_input(middleware.reference)

    def _domain(self, role: str, path: str, middlewares: Sequence[pulumi.Output[str]]) -> dokploy.Domain:
        route = self._route
        return dokploy.Domain(
            f"{self._name}-{role}",
            dokploy.DomainArgs(
                application_id=self._workload.id,
                host=route.host,
                path=path,
                port=route.port,
                https=route.certificate != "none",
                certificate_type=route.certificate,
                custom_cert_resolver=route.resolver,
                middlewares=list(middlewares),
            ),
            self._options,
        )
