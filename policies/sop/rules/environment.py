"""SOP, Required Environment Variables: what the app is told."""

from __future__ import annotations

from collections.abc import Iterator

from sop import numbers
from sop.rule import rule
from sop.texts import addresses
from sop.texts.suspicion import is_placeholder
from sop.views.family import Family
from sop.views.fields import Fields
from sop.views.workload import Workload

_SECTION = "Required Environment Variables"


@rule(
    "environment-node-production",
    "The app runs in production mode.",
    judges=Workload,
    section=_SECTION,
    severity="high",
    remedy="set NODE_ENV=production",
)
def node_production(workload: Workload) -> Iterator[str]:
    if workload.env.text("NODE_ENV") != numbers.NODE_ENV:
        yield _is_not(workload, "NODE_ENV", numbers.NODE_ENV)


@rule(
    "environment-telemetry-off",
    "Next.js sends no telemetry.",
    judges=Workload,
    section=_SECTION,
    severity="low",
    remedy="set NEXT_TELEMETRY_DISABLED=1",
)
def telemetry_off(workload: Workload) -> Iterator[str]:
    if workload.env.text("NEXT_TELEMETRY_DISABLED") != numbers.TELEMETRY_DISABLED:
        yield _is_not(workload, "NEXT_TELEMETRY_DISABLED", numbers.TELEMETRY_DISABLED)


@rule(
    "environment-required-present",
    "The variables that the app cannot do without are set.",
    judges=Workload,
    section=_SECTION,
    severity="high",
    remedy="set them in the stack's configuration, secrets with `pulumi config set --secret`",
)
def required_present(workload: Workload) -> Iterator[str]:
    missing = [name for name in numbers.REQUIRED_VARIABLES if name not in workload.env]
    if missing:
        yield f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set"


@rule(
    "environment-ai-single",
    "Exactly one AI provider is chosen.",
    judges=Workload,
    section=_SECTION,
    severity="medium",
    remedy="keep the variables of exactly one of zai, ollama and openrouter",
)
def ai_single(workload: Workload) -> Iterator[str]:
    chosen = _chosen(workload)
    if len(chosen) != 1:
        yield f"{' and '.join(chosen) or 'no AI provider'} {'are' if chosen else 'is'} chosen"


@rule(
    "environment-ai-complete",
    "The chosen AI provider has all of its variables.",
    judges=Workload,
    section=_SECTION,
    severity="medium",
    remedy="set the missing variables of the provider",
)
def ai_complete(workload: Workload) -> Iterator[str]:
    for provider in _chosen(workload):
        missing = [name for name in numbers.AI_PROVIDERS[provider] if name not in workload.env]
        if missing:
            yield f"{provider} lacks {', '.join(missing)}"


@rule(
    "environment-values-real",
    "No variable holds a placeholder or the name of an example host.",
    judges=Workload,
    section=_SECTION,
    severity="high",
    remedy="set the real value, or leave the variable out",
)
def values_real(workload: Workload) -> Iterator[str]:
    for name in workload.env:
        if is_placeholder(workload.env.text(name) or ""):
            yield f"{name} holds a placeholder"


@rule(
    "environment-auth-https",
    "People sign in over HTTPS only.",
    judges=Workload,
    section=_SECTION,
    severity="high",
    remedy="set NEXTAUTH_URL to the https address of the app",
)
def auth_https(workload: Workload) -> Iterator[str]:
    url = workload.env.text("NEXTAUTH_URL")
    if url is None:
        return
    address = addresses.read(url)
    if address is None or address.scheme != "https":
        yield "NEXTAUTH_URL is no https address"


@rule(
    "environment-auth-domain",
    "People sign in under the name by which the app is reached.",
    judges=Family,
    section=_SECTION,
    severity="high",
    remedy="set NEXTAUTH_URL to https and the domain's host, or leave it to the program",
)
def auth_domain(family: Family) -> Iterator[str]:
    url = family.workload.env.text("NEXTAUTH_URL")
    domains = [entry.domain for entry in family.entries if _is_routed(entry.domain.fields)]
    if url is None or not domains:
        return
    address = addresses.read(url)
    paths = {domain.path for domain in domains if address and domain.host.lower() == address.host}
    if address is None or not paths:
        reached = ", ".join(domain.host for domain in domains)
        yield f"NEXTAUTH_URL leads to {address.host if address else 'no host'}, and the app is reached as {reached}"
        return
    if address.port is not None:
        yield f"NEXTAUTH_URL leads to port {address.port}, and domains are served at 443"
    if address.has_login:
        yield "NEXTAUTH_URL holds a user or a password, which every link to the app would show"
    if address.path != "/" and ("/" in paths or address.path not in paths):
        yield f"NEXTAUTH_URL leads to a path, and the app is reached at {min(paths)}"


@rule(
    "environment-database-kept",
    "The SQLite file lies on a volume, or every deployment starts with an empty one.",
    judges=Family,
    section=_SECTION,
    severity="critical",
    remedy="set DATABASE_URL=file:/app/data/db/database.db and mount a volume on /app/data/db",
)
def database_kept(family: Family) -> Iterator[str]:
    path = family.workload.database
    if not path:
        return  # another database, or reported by environment-required-present
    if not path.startswith("/"):
        yield "the path in DATABASE_URL is relative, and ends up inside the image"
    elif (mount := family.volume_of(path)) is None or mount.path == path:
        yield f"{path} lies on no volume"


@rule(
    "environment-tls-verified",
    "The app checks the certificates of the servers that it calls.",
    judges=Workload,
    section="Security 3",
    severity="high",
    remedy="remove NODE_TLS_REJECT_UNAUTHORIZED; give node the missing authority with NODE_EXTRA_CA_CERTS",
)
def tls_verified(workload: Workload) -> Iterator[str]:
    if workload.env.text("NODE_TLS_REJECT_UNAUTHORIZED") == "0":
        yield "NODE_TLS_REJECT_UNAUTHORIZED=0 turns every check off"


def _is_routed(domain: Fields) -> bool:
    return "enabled" not in domain or domain.flag("enabled")


def _chosen(workload: Workload) -> list[str]:
    return [provider for provider, names in numbers.AI_PROVIDERS.items() if any(name in workload.env for name in names)]


def _is_not(workload: Workload, name: str, expected: str) -> str:
    # The value is not shown: on Dokploy all variables are kept secret.
    return f"{name} is {'not ' + expected if name in workload.env else 'not set'}"
