"""SOP, Required Environment Variables and Security 1: what the app is told, and what must not be told to all."""

from __future__ import annotations

from collections.abc import Iterator

from sop import numbers
from sop.rule import rule
from sop.texts import addresses
from sop.texts.secret_signs import is_a_secret, names_a_secret
from sop.texts.suspicion import is_a_known_default, is_placeholder
from sop.views.app_secrets import as_known, secrets_of
from sop.views.dokploy_workload import DokployWorkload
from sop.views.family import Family
from sop.views.fields import Fields
from sop.views.open_texts import InTheOpen
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
    "environment-secrets-hidden",
    "No secret stands where everybody sees it.",
    judges=InTheOpen,
    section="Security 1",
    cis="4.10",
    severity="critical",
    remedy="remove it there, change it where it is used, and set it with "
    "`pulumi config set --secret --path secrets.NAME`",
    exemptible=False,
)
def secrets_hidden(text: InTheOpen) -> Iterator[str]:
    if text.variable is not None and names_a_secret(text.variable, text.text):
        yield f"{text.where} has the name of a secret and stands among the plain ones"
    elif is_a_secret(text.text, text.variable or ""):
        yield f"{text.where} holds what looks like a secret"


@rule(
    "environment-secret-strength",
    "The secrets that sign sessions are long, random and not the ones of the public source.",
    judges=Workload,
    section="Security 1",
    severity="critical",
    remedy="set one of your own: `openssl rand -hex 32`",
)
def secret_strength(workload: Workload) -> Iterator[str]:
    for name in numbers.SIGNING_SECRETS:
        value = workload.env.text(name)
        if value is None:
            if name not in numbers.REQUIRED_VARIABLES:
                yield f"{name} is not set, and the app falls back to a value of its public source"
        elif len(value) < numbers.SIGNING_SECRET_LENGTH:
            yield f"{name} has {len(value)} characters, and {numbers.SIGNING_SECRET_LENGTH} are the least"
        elif len(set(value)) < numbers.SIGNING_SECRET_VARIETY or is_a_known_default(value):
            yield f"{name} is easy to guess"


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
    "environment-build-secrets",
    "No image that leaves the server was built with secrets.",
    judges=Workload,
    section="Security 1",
    cis="4.10",
    severity="medium",
    remedy="build with a Dockerfile, which takes no variables but its arguments, or keep the image off registries",
)
def build_secrets(workload: Workload) -> Iterator[str]:
    if isinstance(workload, DokployWorkload) and workload.builder == "nixpacks" and workload.pushes_to_a_registry:
        secret = [name for name, value in as_known(workload.env) if names_a_secret(name, value)]
        if secret:
            yield f"Nixpacks writes {', '.join(secret)} into an image that is pushed to a registry"


@rule(
    "environment-previews-apart",
    "Environments of pull requests have secrets of their own.",
    judges=Workload,
    section="Security 1",
    severity="critical",
    remedy="give the previews values of their own, made for them",
    exemptible=False,
)
def previews_apart(workload: Workload) -> Iterator[str]:
    if not isinstance(workload, DokployWorkload):
        return
    env, secrets = workload.env, secrets_of(workload)
    for given in workload.preview_variables:
        named = [name for name in given if name in env and names_a_secret(name)]
        shared = [name for name in named if given.text(name) == env.text(name) and names_a_secret(name, env.text(name))]
        if shared:
            yield f"the previews have the same {', '.join(shared)} as the app"
        for name, value in as_known(given):
            held = sorted({secrets[text] for text in secrets if value is not None and text in value})
            if held and name not in shared:
                yield f"{name} of the previews holds the app's {', '.join(held)}"


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
