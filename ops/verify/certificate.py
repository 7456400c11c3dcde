"""Looks at a server's certificate (SOP 4.3): whether it can be trusted for the name, and for how long."""

from __future__ import annotations

import hashlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ops.verify.target import Address

CONNECT_S = 5.0
DAY_S = 86_400


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What the server showed; `problem` is why it is not to be trusted."""

    fingerprint: str | None = None
    """SHA-256 of the certificate, to know the server again; None where there was no certificate at all."""
    days_left: int | None = None
    problem: str | None = None


def look(address: Address, host: str, authority: Path | None = None) -> Certificate:
    """The certificate that is shown for `host`; OSError where nothing can be connected to.

    Trust comes from the system's authorities (and SSL_CERT_FILE), and from the file `authority`.
    """
    trusting = ssl.create_default_context()
    if authority is not None:
        trusting.load_verify_locations(authority)
    try:
        shown, details = _shake(trusting, address, host)
    except ssl.SSLCertVerificationError as error:
        problem = error.verify_message
    except ssl.SSLError as error:
        return Certificate(problem=f"no TLS: {(error.reason or str(error)).lower().replace('_', ' ')}")
    else:
        left = ssl.cert_time_to_seconds(details["notAfter"]) - datetime.now(UTC).timestamp()
        return Certificate(fingerprint=_fingerprint(shown), days_left=int(left // DAY_S))
    shown, _ = _shake(pinned_context(), address, host)
    return Certificate(fingerprint=_fingerprint(shown), problem=problem)


def connect(address: Address) -> socket.socket:
    """A TCP connection; OSError where there is none to be had."""
    return socket.create_connection((address.host, address.port), timeout=CONNECT_S)


def pinned_context() -> ssl.SSLContext:
    """A context for connections that are held to a fingerprint instead of to an authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _shake(context: ssl.SSLContext, address: Address, host: str) -> tuple[bytes, dict[str, Any]]:
    with (
        connect(address) as plain,
        context.wrap_socket(plain, server_hostname=host) as shaken,
    ):
        shown: Callable[..., Any] = shaken.getpeercert
        return shown(binary_form=True), shown() or {}


def _fingerprint(certificate: bytes) -> str:
    return hashlib.sha256(certificate).hexdigest()
