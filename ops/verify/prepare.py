"""From a stack's name to what is verified, and what will be contacted for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ops.counted import counted
from ops.errors import OpsError, UsageError
from ops.verify.platform import Application
from ops.verify.stack import NAMESPACE, NO_WAY, Deployed
from ops.verify.target import PORTS, Address, Contract, Limits, Login, Target, locate


@dataclass(frozen=True, kw_only=True)
class Options:
    """What people ask for; what they leave out comes from the stack."""

    url: str | None = None
    address: str | None = None
    http_address: str | None = None
    authority: Path | None = None
    contract: Contract | None = None
    allowed_origins: tuple[str, ...] = ()
    login: Login | None = None

    def check(self) -> None:
        """UsageError for what can be seen to be wrong before anything is read."""
        for address in (self.address, self.http_address):
            if address is not None:
                Address.of(address)
        for url in (self.url, *self.allowed_origins):
            if url is not None:
                locate(url, None, None)
        if self.authority is not None and not self.authority.is_file():
            raise UsageError(f"there is no file {self.authority}")


def target_of(stack: Deployed, options: Options) -> Target:
    """Raises OpsError where the stack has no URL, UsageError for a password that would be read on its way."""
    given = options.url or stack.outputs.get("url")
    if not given:
        raise OpsError(
            f"stack {stack.name} has no url: deploy it with `make up STACK={stack.name}`, or name the site with --url"
        )
    way, http_way = _ways(stack.setting("proof", "address", None) if options.address is None else None)
    url, address, http_address = locate(given, options.address or way, options.http_address or http_way)
    target = Target(
        url=url,
        address=address,
        http_address=http_address,
        authority=options.authority,
        contract=options.contract or stack.setting("proof", "contract", "compat"),
        health_path=stack.setting("healthCheck", "path", "/api/health"),
        allowed_origins=tuple(locate(origin, None, None)[0] for origin in options.allowed_origins),
        limits=Limits(disk_percent=stack.setting("storageCheck", "thresholdPercent", Limits.disk_percent)),
        secrets=stack.secrets,
        login=options.login,
        # Another site than the stack's own is judged as what the public sees.
        has_proxy=options.url is not None or stack.config.get(f"{NAMESPACE}:platform") != "docker",
    )
    if target.login is not None and not (target.is_encrypted or target.is_local):
        raise UsageError(f"--login: {url} is plain http, on which everybody on the way reads the password")
    return target


def _ways(proof: str | None) -> tuple[str | None, str | None]:
    """Where the site is encrypted and where it is plain, from the address that proves deployments.

    That one may be either side of the server; the other is expected at its usual port.
    """
    if proof is None:
        return None, None
    parts = urlsplit(proof)
    at = Address(host=parts.hostname or "", port=parts.port or PORTS.get(parts.scheme, 0))
    if parts.scheme == "https":
        return str(at), None
    return str(Address(host=at.host, port=PORTS["https"])), str(at)


def application_of(stack: Deployed) -> Application | None:
    """The application on its server; None on a Docker engine. Whoever asks for it closes it."""
    if stack.application_id is None:
        return None
    return Application(stack.client(), stack.application_id, NO_WAY)


def contacted(target: Target, stack: Deployed) -> Iterator[str]:
    """What the checks will send, and to whom, in a line each."""
    at = f"{target.url} at {target.address}"
    yield f"contacts {at}: GET /, its scripts and {target.health_path}, POST /api/chat with Hello, CORS of the API"
    if target.is_encrypted and target.http_address is not None:
        yield f"contacts http://{target.host} at {target.http_address}: GET /"
    if stack.application_id is not None and stack.server is not None:
        yield f"reads {stack.server[0]}: memory and storage of the application; runs a storage check that never ran"
    secrets = counted(len(target.secrets), "secret")
    yield f"looks for the values of {secrets} of stack {stack.name}, which are sent nowhere"
