"""From a stack's name to what is verified, and what will be contacted for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.errors import OpsError, UsageError
from ops.verify.platform import Application
from ops.verify.stack import Deployed
from ops.verify.target import Contract, Limits, Target, locate


@dataclass(frozen=True, kw_only=True)
class Options:
    """What people ask for; what they leave out comes from the stack."""

    url: str | None = None
    address: str | None = None
    http_address: str | None = None
    authority: Path | None = None
    contract: Contract = "compat"
    allowed_origins: tuple[str, ...] = ()


def target_of(stack: Deployed, options: Options) -> Target:
    """Raises UsageError for an address that is none, OpsError where the stack has no URL."""
    given = options.url or stack.outputs.get("url")
    if not given:
        raise OpsError(
            f"stack {stack.name} has no url: deploy it with `make up STACK={stack.name}`, or name the site with --url"
        )
    if options.authority is not None and not options.authority.is_file():
        raise UsageError(f"there is no file {options.authority}")
    url, address, http_address = locate(given, options.address, options.http_address)
    return Target(
        url=url,
        address=address,
        http_address=http_address,
        authority=options.authority,
        contract=options.contract,
        health_path=stack.setting("healthCheck", "path", "/api/health"),
        allowed_origins=tuple(locate(origin, None, None)[0] for origin in options.allowed_origins),
        limits=Limits(disk_percent=stack.setting("storageCheck", "thresholdPercent", Limits.disk_percent)),
        secrets=stack.secrets,
    )


def application_of(stack: Deployed) -> Application | None:
    """The application on its server; None on a Docker engine. Whoever asks for it closes it."""
    if stack.application_id is None:
        return None
    missing = "no way to Dokploy: set dokploy:url and dokploy:apiKey, or DOKPLOY_URL and DOKPLOY_API_KEY"
    return Application(stack.client(), stack.application_id, missing)


def contacted(target: Target, stack: Deployed) -> Iterator[str]:
    """What the checks will send, and to whom, in a line each."""
    at = f"{target.url} at {target.address}"
    yield f"contacts {at}: GET /, its scripts and {target.health_path}, POST /api/chat with Hello, CORS of the API"
    if target.is_encrypted and target.http_address is not None:
        yield f"contacts http://{target.host} at {target.http_address}: GET /"
    if stack.application_id is not None and stack.server is not None:
        yield f"reads {stack.server[0]}: memory and storage of the application"
    yield f"looks for the values of {len(target.secrets)} secrets of stack {stack.name}, which are sent nowhere"
