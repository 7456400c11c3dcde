"""The security headers of the first page (SOP 4.3, Security 2): each is a check of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ops.verify.checks.check import Check
from ops.verify.finding import NotApplicableError, Verdict, judged
from ops.verify.visit import Visit

OWN = "set it in the app's next.config"
ADVICE = f"see ingress.headers of the stack's configuration, or {OWN}"
NO_PROXY = "the app sends none, and no proxy stands before it that would (ingress.headers)"
SHOWN = 60
"""Characters of a header's value that are shown."""

REFERRER_POLICIES = {
    *("no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"),
    *("origin", "origin-when-cross-origin", "no-referrer-when-downgrade"),
}
"""All but `unsafe-url`, which sends every address with its parameters to other sites."""


def hsts(visit: Visit) -> Verdict:
    if not visit.target.is_encrypted:
        raise NotApplicableError("browsers heed it over https alone")
    least = visit.target.limits.hsts_s

    def long_enough(value: str) -> bool:
        found = re.search(r"\bmax-age=\"?(\d+)", value, re.IGNORECASE)
        return found is not None and int(found[1]) >= least

    return _header(visit, "Strict-Transport-Security", long_enough, f"max-age of {least} or more")


def policy(visit: Visit) -> Verdict:
    """Only a policy that says which scripts may run protects a page; one for frames alone does not."""
    return _header(
        visit,
        "Content-Security-Policy",
        lambda value: bool({"default-src", "script-src"} & _directives(value).keys()),
        "default-src or script-src",
    )


def framing(visit: Visit) -> Verdict:
    headers, limit = visit.page.page.headers, "DENY, SAMEORIGIN or frame-ancestors"
    ancestors = _directives(headers.get("Content-Security-Policy", "")).get("frame-ancestors")
    # Browsers take frame-ancestors before the older header.
    if ancestors is not None:
        held = "*" not in ancestors.split()
        return judged(held, _short(f"frame-ancestors {ancestors}"), limit, "" if held else _advice(visit))
    return _header(visit, "X-Frame-Options", lambda value: value.upper() in ("DENY", "SAMEORIGIN"), limit)


def sniffing(visit: Visit) -> Verdict:
    return _header(visit, "X-Content-Type-Options", lambda value: value.lower() == "nosniff", "nosniff")


def referrer(visit: Visit) -> Verdict:
    def discreet(value: str) -> bool:
        known = [word.strip().lower() for word in value.split(",")]
        # Of several, browsers take the last that they know.
        return known[-1] in REFERRER_POLICIES

    return _header(visit, "Referrer-Policy", discreet, "any but unsafe-url")


def permissions(visit: Visit) -> Verdict:
    return _header(visit, "Permissions-Policy", lambda value: "=" in value, "set")


def _header(visit: Visit, name: str, holds: Callable[[str], bool], limit: str) -> Verdict:
    value = visit.page.page.headers.get(name, "").strip()
    if not value and not visit.target.has_proxy:
        raise NotApplicableError(NO_PROXY)
    held = bool(value) and holds(value)
    return judged(held, _short(value) if value else "missing", limit, "" if held else _advice(visit))


def _advice(visit: Visit) -> str:
    return ADVICE if visit.target.has_proxy else OWN


def _directives(value: str) -> Mapping[str, str]:
    parts = (part.strip().partition(" ") for part in value.split(";"))
    return {name.lower(): rest.strip() for name, _, rest in parts if name}


def _short(value: str) -> str:
    return value if len(value) <= SHOWN else f"{value[:SHOWN]} ..."


HEADERS = tuple(
    Check(id=id, title=title, sop="4.3", measure=measure)
    for id, title, measure in (
        ("hsts", "Strict-Transport-Security", hsts),
        ("csp", "Content-Security-Policy", policy),
        ("framing", "X-Frame-Options", framing),
        ("sniffing", "X-Content-Type-Options", sniffing),
        ("referrer", "Referrer-Policy", referrer),
        ("permissions", "Permissions-Policy", permissions),
    )
)
