"""Whether the connection is encrypted, and stays so (SOP 4.3)."""

from __future__ import annotations

from urllib.parse import urlsplit

from ops.counted import counted
from ops.verify.certificate import connect
from ops.verify.checks.check import Check
from ops.verify.finding import NotApplicableError, NotMeasuredError, Verdict, judged
from ops.verify.site import Site
from ops.verify.visit import Visit

PLAIN = "the URL is plain http"


def certificate(visit: Visit) -> Verdict:
    limits, trusted = visit.target.limits, "valid for the name"
    if not visit.target.is_encrypted:
        if visit.target.is_local:
            raise NotApplicableError(f"{PLAIN}, of this machine alone")
        return judged(False, PLAIN, "https", "set chatzwa:tls.certificate to letsencrypt or custom")
    shown = visit.certificate
    if shown.days_left is None:
        return judged(False, shown.problem or "none", trusted, "see Traefik's log: the certificate was not issued")
    soon = shown.days_left < limits.certificate_days
    return judged(
        True,
        f"{counted(shown.days_left, 'day')} left",
        trusted,
        f"fewer than {limits.certificate_days} days: see why it was not renewed" if soon else "",
    )


def redirect(visit: Visit) -> Verdict:
    """Plain http has to lead to https of the same name."""
    target = visit.target
    if not target.is_encrypted:
        raise NotApplicableError(PLAIN)
    at = target.http_address
    if at is None:
        raise NotMeasuredError("nobody knows the port of plain http: --http-address tells it")
    try:
        connect(at).close()
    except OSError as error:
        raise NotMeasuredError(f"nothing answers plain http at {at}: {error.strerror or error}") from None
    site = Site(f"http://{target.host}", at)
    try:
        answer = site.ask("GET", "/", timeout_s=target.limits.answer_s)
    finally:
        site.close()
    to = urlsplit(answer.headers.get("Location", ""))
    held = answer.status in (301, 302, 307, 308) and (to.scheme, to.hostname) == ("https", target.host)
    return judged(
        held,
        f"{answer.status}{f' to {to.scheme}://{to.hostname}' if to.hostname else ''}",
        "a redirect to https",
        "" if held else "switch https on for the domain, with Traefik's redirect-to-https",
    )


TRANSPORT = (
    Check(id="certificate", title="certificate", sop="4.3", measure=certificate),
    Check(id="redirect", title="http leads to https", sop="4.3", measure=redirect, silence="failed"),
)
