"""Sorts the variables of an application into plain ones, which are written, and secrets, whose values are not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from components import checks, secret_checks
from components.checks import DEFAULT_DATABASE_URL, FIXED_VARIABLES
from components.sections import NIXPACKS_VARIABLES, Tls
from components.values import Volume
from components.variables import RESERVED, VARIABLES, chosen_providers, is_public, looks_secret, required_secrets
from dokploy import dotenv, secrecy
from ops.adopt.found import Found
from ops.adopt.imports import named
from ops.adopt.notes import Notes

_REFERENCE = re.compile(r"\$\{\{(?:(project|environment)\.)?([^{}\s]+)\}\}")
_PROBLEM = re.compile(r"(?:environment|secrets)\.([A-Za-z0-9_.-]+): ")
_APPLICATION = named("application")


@dataclass(frozen=True, kw_only=True)
class Variables:
    """`plain` is to be written down. The values of `secret` serve for checks here and go nowhere."""

    plain: Mapping[str, str]
    secret: Mapping[str, SecretStr] = field(repr=False)


def read_variables(found: Found, notes: Notes) -> Variables:
    """The application's own variables with Dokploy's references replaced by what they stand for."""
    shared = {
        "project": dotenv.parse(found.project["env"] or ""),
        "environment": dotenv.parse(found.environment["env"] or ""),
    }
    for place, variables in shared.items():
        if variables:
            names = ", ".join(sorted(variables))
            notes.first.append(
                f"the {place} has variables ({names}), and the program gives it none: the first `up` removes "
                "them; see that no other service refers to them"
            )
            notes.change(named(place), "env", names, None, "the program keeps variables at the application")
    given = dotenv.parse(found.application["env"] or "")
    plain: dict[str, str] = {}
    secret: dict[str, SecretStr] = {}
    for name, text in given.items():
        if name in RESERVED:
            # Dokploy's provider keeps its own variable, hidden.
            if name != "DOKPLOY_RELEASE":
                notes.change(_APPLICATION, "env", name, None, RESERVED[name])
            continue
        value = _resolved(name, text, {**shared, "": given}, notes)
        if _is_secret(name, value):
            secret[name] = SecretStr(value)
        else:
            plain[name] = value
    return Variables(plain=plain, secret=secret)


def describe_variables(
    variables: Variables,
    *,
    host: str | None,
    tls: Tls,
    volumes: tuple[Volume, ...],
    is_built: bool,
    stack: str,
    notes: Notes,
) -> dict[str, str]:
    """The plain variables to configure: without what follows from the rest, and what the program refuses."""
    sections = {
        **({"host": host} if host else {}),
        "tls": tls,
        "volumes": volumes,
        "environment": variables.plain,
        "secrets": variables.secret,
        "stack": stack,
    }
    refused = {}
    for problem in checks.run((*checks.CHECKS, *secret_checks.CHECKS), sections):
        if not problem.startswith("volumes"):
            notes.first.append(problem)
        if found := _PROBLEM.match(problem):
            refused[found[1]] = problem.removeprefix(found[0])
    url = f"{'http' if tls.certificate == 'none' else 'https'}://{host}"
    derived = {
        **FIXED_VARIABLES,
        "DATABASE_URL": DEFAULT_DATABASE_URL,
        **({"NEXTAUTH_URL": url, "NEXT_PUBLIC_APP_URL": url} if host else {}),
        **(NIXPACKS_VARIABLES if is_built else {}),
    }
    for name, value in derived.items():
        if name not in variables.plain:
            notes.change(
                _APPLICATION, "env", f"no {name}", value, "the SOP's variables, and what follows from the rest"
            )
    for name in variables.plain:
        if name in refused:
            notes.change(_APPLICATION, "env", name, derived.get(name), refused[name].partition(";")[0])
    names = {*variables.plain, *variables.secret}
    notes.secrets += [f"secrets.{name}" for name in variables.secret]
    for needed in required_secrets(names):
        if needed.name not in names:
            notes.missing.append(f"secrets.{needed.name}")
            notes.change(_APPLICATION, "env", f"no {needed.name}", "a secret of yours", "the SOP's required variables")
    if not chosen_providers(names):
        notes.first.append("no AI provider is configured, and the SOP asks for one: set the variables of zai or ollama")
    return {k: v for k, v in variables.plain.items() if k not in refused and derived.get(k) != v}


def _resolved(name: str, text: str, shared: Mapping[str, Mapping[str, str]], notes: Notes) -> str:
    """The value with every `${{project.KEY}}` replaced as Dokploy would; the program takes no references."""

    def value(reference: re.Match[str]) -> str:
        return shared[reference[1] or ""].get(reference[2], reference[0])

    resolved = _REFERENCE.sub(value, text)
    if resolved != text:
        why = "the program takes values, no references"
        notes.change(_APPLICATION, "env", f"{name}, a reference", "the value it stands for", why)
        notes.change(_APPLICATION, "allowReferences", True, False, why)
    return resolved


def _is_secret(name: str, value: str) -> bool:
    """By the list, the name, or the looks of the value: what is plain is written to a file that is committed."""
    known = VARIABLES.get(name)
    if known is not None or is_public(name):
        # A login inside a plain variable is a secret whatever the list says.
        return looks_secret(name) or any(secrecy.of_logins(value))
    return looks_secret(name) or secrecy.is_secret_name(name) or any(secrecy.of_text(value))
