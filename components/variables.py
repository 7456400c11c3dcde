"""The environment variables of the SOP and of the app, as data. Importable without Pulumi.

The SOP's list is in its prerequisites. The app reads ``JWT_SECRET`` and ``ADMIN_CLEANUP_KEY`` as well, and
falls back to values that stand in its public source when they are missing; so both are required here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from components.suspicion import names_a_secret

Group = Literal["core", "security", "zai", "ollama", "openrouter", "optional"]

AI_PROVIDERS: tuple[Group, ...] = ("zai", "ollama", "openrouter")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One variable: who needs it and how strong a secret has to be."""

    name: str
    group: Group
    secret: bool = False
    required: bool = False
    """Needed by every stack, or, in the group of an AI provider, once that provider is chosen."""
    minimum_length: int = 0
    """Characters that a secret needs at least."""
    generated_length: int = 0
    """Characters of a generated stand-in, for rehearsals; 0 for what is not generated."""


def _secret(name: str, group: Group, *, required: bool = False, minimum: int = 8) -> Variable:
    return Variable(name=name, group=group, secret=True, required=required, minimum_length=minimum, generated_length=48)


def _plain(name: str, group: Group, *, required: bool = False) -> Variable:
    return Variable(name=name, group=group, required=required)


VARIABLES: Mapping[str, Variable] = {
    variable.name: variable
    for variable in (
        _plain("NODE_ENV", "core"),
        _plain("NEXT_TELEMETRY_DISABLED", "core"),
        _plain("DATABASE_URL", "core"),
        _plain("NEXTAUTH_URL", "security"),
        _secret("NEXTAUTH_SECRET", "security", required=True, minimum=32),
        _secret("JWT_SECRET", "security", required=True, minimum=32),
        _secret("ADMIN_CLEANUP_KEY", "security", required=True, minimum=16),
        _secret("ZAI_API_KEY", "zai", required=True),
        _plain("ZAI_API_URL", "zai", required=True),
        _plain("ZAI_MODEL", "zai"),
        _plain("ZAI_MAX_TOKENS", "zai"),
        _plain("ZAI_TEMPERATURE", "zai"),
        _plain("OLLAMA_BASE_URL", "ollama", required=True),
        _plain("OLLAMA_MODEL", "ollama", required=True),
        _plain("OLLAMA_MAX_TOKENS", "ollama"),
        _plain("OLLAMA_TEMPERATURE", "ollama"),
        _plain("OLLAMA_TIMEOUT", "ollama"),
        _plain("OLLAMA_EMBEDDING_BASE_URL", "optional"),
        _plain("OLLAMA_EMBEDDING_MODEL", "optional"),
        _secret("OPENROUTER_API_KEY", "openrouter", required=True),
        _plain("OPENROUTER_MODEL", "openrouter", required=True),
        _plain("OPENROUTER_BASE_URL", "openrouter"),
        _plain("OPENROUTER_MAX_TOKENS", "openrouter"),
        _plain("OPENROUTER_TEMPERATURE", "openrouter"),
        _plain("OPENROUTER_FALLBACK_MODEL", "openrouter"),
        _plain("AI_SERVICE_PRIORITY", "optional"),
        _plain("DEFAULT_AI_MODEL", "optional"),
        _plain("CHROMA_URL", "optional"),
        _plain("CHROMA_COLLECTION", "optional"),
        _secret("SENTRY_DSN", "optional"),
        _secret("ANALYTICS_API_KEY", "optional"),
        _plain("CUSTOM_KEY", "optional"),
        _plain("SUPABASE_ACTIVE", "optional"),
        _plain("SUPABASE_URL", "optional"),
        _secret("SUPABASE_ANON_KEY", "optional"),
        _secret("SUPABASE_SERVICE_ROLE_KEY", "optional"),
        _plain("APPWRITE_ACTIVE", "optional"),
        _plain("MIDTRANS_ENABLED", "optional"),
        _plain("MIDTRANS_CLIENT_KEY", "optional"),
        _plain("MIDTRANS_WEBHOOK_URL", "optional"),
        _secret("MIDTRANS_SERVER_KEY", "optional"),
    )
}

RESERVED: Mapping[str, str] = {
    "DOKPLOY_RELEASE": "the provider writes the release's id there",
    "PORT": "the app ignores it and listens on 3000 (SOP 2.2)",
}


def is_public(name: str) -> bool:
    """Whether the build writes the variable into what every browser downloads."""
    return name == "CUSTOM_KEY" or name.startswith("NEXT_PUBLIC_")


def looks_secret(name: str, value: str | None = None) -> bool:
    """Whether a variable is a secret by the lists, or, when they do not know it, by the words of its name.

    A value that is known to be a number or a flag is no secret, whatever its name says: ``TOKEN_BURST: 5``.
    """
    known = VARIABLES.get(name)
    if known is not None:
        return known.secret
    return not is_public(name) and names_a_secret(name, value)


def chosen_providers(names: Collection[str]) -> tuple[Group, ...]:
    """The AI providers of which at least one variable is set."""
    return tuple(
        group
        for group in AI_PROVIDERS
        if any(variable.group == group for name in names if (variable := VARIABLES.get(name)))
    )


def required_variables(names: Collection[str]) -> tuple[Variable, ...]:
    """What a stack with the variables ``names`` must have: the common ones and those of its AI provider."""
    chosen = chosen_providers(names)
    # With two providers chosen, nobody knows yet which of them stays.
    groups = {"core", "security", "optional", *(chosen if len(chosen) == 1 else ())}
    return tuple(variable for variable in VARIABLES.values() if variable.required and variable.group in groups)


def required_secrets(names: Collection[str]) -> tuple[Variable, ...]:
    """The secrets among :func:`required_variables`, to be set by the owner or generated for a rehearsal."""
    return tuple(variable for variable in required_variables(names) if variable.secret)
