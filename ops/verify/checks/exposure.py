"""What the site gives to others: its API to foreign pages, secrets, sources, cookies (SOP 4.3)."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, urlsplit

from ops.counted import counted
from ops.verify.checks.check import Check
from ops.verify.document import source_map
from ops.verify.finding import NoAnswerError, NotApplicableError, Verdict, judged
from ops.verify.site import Exchange
from ops.verify.target import Secret
from ops.verify.visit import Visit

FOREIGN = "https://foreign.invalid"
"""No site can have this name."""

SOCKET = "/api/socketio/?EIO=4&transport=polling"
ALLOWED = "Access-Control-Allow-Origin"


def own_origin(visit: Visit) -> Verdict:
    """Pages of the site, and of the origins that were named, may use its API."""
    own, stranger = visit.target.url, visit.health
    answer = visit.ask("GET", visit.target.health_path, Origin=own)
    granted = answer.headers.get(ALLOWED)
    # Answered as to a stranger without an origin, whatever that answer is.
    served = answer.status == stranger.status and granted in (None, own, "*")
    problems = [] if served else [f"{own}: {answer.status}, {granted}"]
    for origin in visit.target.allowed_origins:
        granted = _preflight(visit, origin).headers.get(ALLOWED)
        problems += [] if granted == origin else [f"{origin} gets {granted or 'nothing'}"]
    count = 1 + len(visit.target.allowed_origins)
    return judged(
        not problems,
        "; ".join(problems) or f"{count} let in",
        "allowed origins are let in",
        _advice(visit, "add the origin", "to") if problems else "",
    )


def foreign_origin(visit: Visit) -> Verdict:
    """Pages of anybody else may not."""
    answers = (
        visit.health,
        visit.ask("GET", visit.target.health_path, Origin=FOREIGN),
        _preflight(visit, FOREIGN),
        visit.ask("GET", SOCKET, Origin=FOREIGN),
    )
    # `null` is the origin of a frame that any page can make.
    granted = [(answer.path, answer.headers.get(ALLOWED)) for answer in answers]
    # A dict, since the health check is asked both ways.
    lets_in = {f"{path} lets in {origin}": None for path, origin in granted if origin in ("*", "null", FOREIGN)}
    return judged(
        not lets_in,
        "; ".join(lets_in) or "refused",
        "foreign origins are refused",
        _advice(visit, "name the allowed origins", "in") if lets_in else "",
    )


def secrets(visit: Visit) -> Verdict:
    """No value of a secret in the first page and its scripts, in whatever way a page would write it."""
    wanted, files = visit.target.secrets, visit.page.files
    if not wanted:
        raise NotApplicableError("the stack has no secret to look for")
    found = [f"{secret.name} in {file.path}" for file in files for secret in wanted if _holds(file, secret)]
    return judged(
        not found,
        "; ".join(found) or f"none of {len(wanted)} in {counted(len(files), 'file')}",
        "no secret is served",
        "rotate it now, and keep it out of NEXT_PUBLIC_ variables (SOP Security 1)" if found else "",
    )


def sources(visit: Visit) -> Verdict:
    """No script says where its source is, or serves it beside itself."""
    found = []
    for script in visit.page.scripts:
        named = source_map(script)
        if named is not None and named.startswith("data:"):
            found.append(f"within {script.path}")
        elif _is_map(visit, named or f"{script.url.partition('?')[0]}.map"):
            found.append(urlsplit(named or f"{script.path}.map").path)
    return judged(
        not found,
        "; ".join(found) or f"none for {counted(len(visit.page.scripts), 'script')}",
        "no source map is served",
        "leave productionBrowserSourceMaps off in the app's next.config" if found else "",
    )


def cookies(visit: Visit) -> Verdict:
    """Every cookie that the first page and the chat set."""
    wanted = {"httponly", "samesite", *(("secure",) if visit.target.is_encrypted else ())}
    given = [*visit.page.cookies]
    try:
        given += visit.chat.cookies
    except NoAnswerError:
        # The chat's own check tells that.
        given += []
    lacking = []
    for cookie in given:
        name, _, rest = cookie.partition("=")
        flags = {part.strip().partition("=")[0].lower() for part in rest.split(";")[1:]}
        if missing := sorted(wanted - flags):
            lacking.append(f"{name.strip()} lacks {', '.join(missing)}")
    return judged(
        not lacking,
        "; ".join(lacking) or counted(len(given), "cookie") if given else "no cookies",
        "Secure, HttpOnly, SameSite",
        "set the flags where the app sets the cookie" if lacking else "",
    )


def _advice(visit: Visit, what: str, where: str) -> str:
    proxy = f"{where} ingress.allowedOrigins of the stack's configuration, or " if visit.target.has_proxy else ""
    return f"{what} {proxy}{where} the app's CORS settings"


def _preflight(visit: Visit, origin: str) -> Exchange:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return visit.ask("OPTIONS", "/api/chat", **headers)


def _holds(file: Exchange, secret: Secret) -> bool:
    value = secret.value
    forms = {
        value,
        quote(value, safe=""),
        json.dumps(value)[1:-1],
        base64.b64encode(value.encode()).decode().rstrip("="),
    }
    return any(form in file.text for form in forms)


def _is_map(visit: Visit, url: str) -> bool:
    if not visit.site.owns(url):
        return False
    answer = visit.ask("GET", url)
    return answer.status == 200 and isinstance(answer.json, dict) and "mappings" in answer.json


EXPOSURE = (
    Check(id="cors-allowed", title="CORS, allowed origins", sop="4.3", measure=own_origin),
    Check(id="cors-foreign", title="CORS, foreign origin", sop="4.3", measure=foreign_origin),
    Check(id="secrets", title="no secret served", sop="4.3", measure=secrets),
    Check(id="source-maps", title="no source map served", sop="4.3", measure=sources),
    Check(id="cookies", title="cookies' flags", sop="4.3", measure=cookies),
)
