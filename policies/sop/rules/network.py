"""SOP 4.3, Security 1 and 2: the ways in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from sop import numbers
from sop.rule import rule
from sop.texts.middleware import Middleware
from sop.texts.suspicion import is_reserved
from sop.views.family import Family
from sop.views.resource import Resource
from sop.views.subjects import MIDDLEWARE, Domain, Entrance
from sop.views.workload import APPLICATION, CONTAINER, Workload

_LOOPBACK = re.compile(r"127\.\d+\.\d+\.\d+|::1|localhost")
_ADMIN_PATH = re.compile(r"/admin(?![a-z])|/administrat", re.IGNORECASE)
_ORIGINS_VARIABLE = re.compile(r"CORS(?!.*(?:HEADER|METHOD))|ALLOW(?:ED)?_?ORIGIN", re.IGNORECASE)
_SEPARATOR = re.compile(r"[\s,;\[\]\"']+")


@dataclass(frozen=True, kw_only=True)
class Origins:
    """Who may call the app from a page of another host, as one place says it."""

    TYPES: ClassVar[frozenset[str]] = frozenset({APPLICATION, CONTAINER, MIDDLEWARE})
    what: str
    everybody: bool

    @classmethod
    def views(cls, resource: Resource) -> Iterator[Origins]:
        if resource.type == MIDDLEWARE:
            for what in Middleware(resource.fields.text("configuration") or "").open_to_every_origin:
                yield cls(what=what, everybody=True)
            return
        (workload,) = Workload.views(resource)
        for name in workload.env:
            if _ORIGINS_VARIABLE.search(name):
                yield cls(what=name, everybody="*" in _SEPARATOR.split(workload.env.text(name) or ""))


@rule(
    "network-domain-https",
    "Every host is served over HTTPS with a certificate, and plain HTTP is sent there.",
    judges=Domain,
    section="4.3",
    severity="critical",
    remedy="set https with certificateType letsencrypt; Dokploy then redirects plain HTTP by itself",
)
def domain_https(domain: Domain) -> Iterator[str]:
    certificate = domain.fields.text("certificateType") or "none"
    if not domain.fields.flag("https"):
        yield f"{domain.host} is served in plain HTTP"
    elif certificate not in ("letsencrypt", "custom"):
        yield f"{domain.host} has the certificate {certificate!r}, and Dokploy then serves no TLS"


@rule(
    "network-host-real",
    "A host name is one that people can reach.",
    judges=Domain,
    section="4.3",
    severity="high",
    remedy="set the host name that your DNS leads to the server",
)
def host_real(domain: Domain) -> Iterator[str]:
    if is_reserved(domain.host):
        yield f"{domain.host} is a name for examples"


@rule(
    "network-ports-local",
    "No port of the host leads past the proxy into a container.",
    judges=Entrance,
    section="4.3",
    cis="5.14",
    severity="critical",
    remedy="publish on 127.0.0.1 (Docker), or remove the port and use a domain (Dokploy)",
)
def ports_local(entrance: Entrance) -> Iterator[str]:
    if entrance.address is None:
        yield f"{entrance.what} is open on every address of the server"
    elif not _LOOPBACK.fullmatch(entrance.address):
        yield f"{entrance.what} is open on {entrance.address} and not on 127.0.0.1 alone"


@rule(
    "network-host-apart",
    "A container has a network of its own and not the host's.",
    judges=Workload,
    section="4.3",
    cis="5.10",
    severity="critical",
    remedy="use a bridge or an overlay network",
)
def host_apart(workload: Workload) -> Iterator[str]:
    # Dokploy names networks by their id, and has no way to the host's.
    if workload.fields.text("networkMode") == "host":
        yield "it shares the host's network"


@rule(
    "network-headers-sent",
    "Answers carry the security headers, with HSTS and a Content Security Policy.",
    judges=Family,
    section="4.3",
    severity="high",
    remedy="attach a middleware with stsSeconds and contentSecurityPolicy to the domain",
)
def headers_sent(family: Family) -> Iterator[str]:
    for entry in family.entries:
        guards = [Middleware(text) for text in entry.guards]
        longest = max((guard.hsts_seconds for guard in guards), default=0)
        missing = [
            name
            for name, sent in (
                ("HSTS", longest > 0),
                ("a Content Security Policy", any(guard.content_security_policy for guard in guards)),
            )
            if not sent
        ]
        if missing:
            yield f"no middleware of this stack adds {' and '.join(missing)} to {entry.domain.host}"
        if 0 < longest < numbers.HSTS_MINIMUM_S:
            yield f"HSTS of {longest} s for {entry.domain.host} is below {numbers.HSTS_MINIMUM_S} s"


@rule(
    "network-rate-limited",
    "The number of requests from one address is limited.",
    judges=Family,
    section="Security 2",
    severity="medium",
    remedy="attach a middleware with rateLimit to the domain",
)
def rate_limited(family: Family) -> Iterator[str]:
    for entry in family.entries:
        if not any(Middleware(text).requests_average > 0 for text in entry.guards):
            yield f"no middleware of this stack limits the requests to {entry.domain.host}"


@rule(
    "network-origins-named",
    "Pages of other hosts may call the app only if they are named.",
    judges=Origins,
    section="4.3",
    severity="high",
    remedy="name the origins that may call the app in place of *",
)
def origins_named(origins: Origins) -> Iterator[str]:
    if origins.everybody:
        yield f"{origins.what} admits every origin with *"


@rule(
    "network-admin-guarded",
    "Administration is behind a list of addresses or a sign-in.",
    judges=Family,
    section="Security 1",
    severity="high",
    remedy="attach a middleware with ipAllowList, or a BasicAuth, to the domain of the administration's path",
)
def admin_guarded(family: Family) -> Iterator[str]:
    for entry in family.entries:
        if not _ADMIN_PATH.search(entry.domain.path) or family.asks_for_a_password:
            continue
        if not any(Middleware(text).asks_who_it_is for text in entry.guards):
            yield f"{entry.domain.host}{entry.domain.path} is open to everybody"
