"""Asks an application from outside, as its users do, and says whether the answer is the right one."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from dokploy.polling import WaitEndedError, wait_for
from dokploy.rollout import RolloutError

if TYPE_CHECKING:
    from requests import Response
    from requests.adapters import HTTPAdapter

    from dokploy.resource import Context

ASK_TIMEOUT_S = 10.0
"""For one request. Several are made until the time is up."""

Contract = Literal["any", "health"]


@dataclass(frozen=True, kw_only=True)
class Target:
    """What is asked. `address` is where to connect in place of the URL's own host, such as `http://10.0.0.1:80`."""

    url: str
    address: str | None = None
    status: int = 200
    contract: Contract = "any"


def prove_from_outside(ctx: Context, target: Target, within_s: float, began: float | None) -> None:
    """Ask until the answer is right; RolloutError when the time is up.

    `began` (monotonic clock) is when the release cannot have been up yet; None where that is not known.
    """
    last = "it was not asked"

    def look() -> bool | None:
        nonlocal last
        last = problem(target, younger_than_s=None if began is None else since(began)) or ""
        ctx.log("progress", f"asking {target.url}: {last or 'answers as it should'}")
        return None if last else True

    limit_s = min(within_s, ctx.deadline.left())
    try:
        wait_for(ctx, look, at_most_s=limit_s)
    except WaitEndedError as ended:
        if ended.cancelled:
            raise RolloutError("the run was cancelled while the release was asked from outside", "stopped") from None
        text = f"the release runs, but {target.url} is not right within {limit_s:.3g} s: {last}"
        raise RolloutError(text, "unreached") from None


def problem(target: Target, *, younger_than_s: float | None = None) -> str | None:
    """What is wrong with the answer; None where nothing is.

    `younger_than_s`: seconds that the program can have been up at the most, when it says so itself.
    """
    # Only a deployment with a probe needs it, and every start of the plugin would wait for it.
    import requests

    asked = urlsplit(target.url)
    host = asked.netloc
    where = urlsplit(target.address) if target.address else asked
    with requests.Session() as session:
        session.trust_env = False
        if where.scheme == "https" and target.address:
            session.mount("https://", _adapter_for(asked.hostname or host))
        path = (asked.path or "/") + (f"?{asked.query}" if asked.query else "")
        try:
            answer = session.get(
                f"{where.scheme}://{where.netloc}{path}",
                headers={"Host": host, "Cache-Control": "no-cache"},
                timeout=ASK_TIMEOUT_S,
                allow_redirects=False,
                verify=_authorities(),
            )
        except requests.exceptions.SSLError:
            return "its certificate is not valid"
        except requests.RequestException as error:
            return f"it does not answer ({type(error).__name__})"
    if answer.status_code != target.status:
        return f"it answers with status {answer.status_code} in place of {target.status}"
    return _body_problem(answer, younger_than_s) if target.contract == "health" else None


def _authorities() -> str | bool:
    """The machine's own list of authorities where it names one, as curl and others read it."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("SSL_CERT_FILE") or True


def _adapter_for(host: str) -> HTTPAdapter:
    """Connects to one host, and asks for and checks the certificate of another."""
    from requests.adapters import HTTPAdapter

    class SniAdapter(HTTPAdapter):
        def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
            super().init_poolmanager(*args, server_hostname=host, assert_hostname=host, **kwargs)

    return SniAdapter()


def _body_problem(answer: Response, younger_than_s: float | None) -> str | None:
    """The procedure's health body: `{"status": "ok", "timestamp": <ISO 8601>, "uptime": <seconds>}`."""
    try:
        body = answer.json()
    except ValueError:
        return "its body is not JSON"
    if not isinstance(body, dict) or body.get("status") != "ok":
        return "its body does not say status ok"
    try:
        datetime.fromisoformat(str(body.get("timestamp")).replace("Z", "+00:00"))
    except ValueError:
        return "its body has no timestamp"
    uptime = body.get("uptime")
    if not isinstance(uptime, int | float) or isinstance(uptime, bool):
        return "its body has no uptime"
    if younger_than_s is not None and uptime > younger_than_s:
        return f"it has been up for {uptime:.0f} s: an older release answers"
    return None


def since(started: float) -> float:
    """Seconds since a moment of the monotonic clock, with 2 s for the difference of two machines' roundings."""
    return time.monotonic() - started + 2.0
