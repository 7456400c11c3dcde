"""The rules for secrets and for what only looks like one. No sentence here ever holds a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from components.checks import Check, Surroundings
from components.suspicion import holds_a_secret, is_placeholder, names_an_example
from components.variables import (
    AI_PROVIDERS,
    RESERVED,
    VARIABLES,
    chosen_providers,
    is_public,
    looks_secret,
    required_variables,
)

Plain = Mapping[str, str]
Secrets = Mapping[str, SecretStr]


def set_command(name: str, stack: str) -> str:
    """The command that sets one secret; Pulumi asks for the value, so that no shell history keeps it."""
    return f"pulumi config set --secret --path secrets.{name} --stack {stack}"


def _missing(
    environment: Plain,
    secrets: Secrets,
    stack: str,
    surroundings: Surroundings | None,
    platform: str,
) -> Iterator[str]:
    """One problem with every command that has still to be run."""
    needed = required_variables({*environment, *secrets})
    commands = [
        set_command(variable.name, stack)
        for variable in needed
        if variable.secret and variable.name not in secrets and variable.name not in environment
    ]
    if platform == "dokploy" and surroundings is not None and not surroundings.has_api_key:
        commands.append(f"pulumi config set --secret dokploy:apiKey --stack {stack}")
    if commands:
        count = f"{len(commands)} secret{'' if len(commands) == 1 else 's'}"
        yield f"secrets: {count} missing; run\n" + "\n".join(f"      {command}" for command in commands)
    for variable in needed:
        if not variable.secret and variable.name not in environment and variable.name not in secrets:
            yield (
                f"environment.{variable.name}: is not set, and the AI provider {variable.group} needs it; "
                f"run `pulumi config set --path environment.{variable.name} VALUE --stack {stack}`"
            )


def _providers(environment: Plain, secrets: Secrets) -> Iterator[str]:
    chosen = chosen_providers({*environment, *secrets})
    names = ", ".join(AI_PROVIDERS)
    if not chosen:
        yield (
            "environment: no AI provider is chosen, and the app answers nobody without one; set the "
            f"variables of exactly one of {names} (for zai: ZAI_API_URL, and the secret ZAI_API_KEY)"
        )
    elif len(chosen) > 1:
        yield (
            f"environment: {' and '.join(chosen)} are chosen, and the SOP asks for one AI provider; "
            f"keep the variables of exactly one of {names}"
        )


def _strength(secrets: Secrets) -> Iterator[str]:
    for name, value in secrets.items():
        text, known = value.get_secret_value(), VARIABLES.get(name)
        minimum = known.minimum_length if known else 1
        if is_placeholder(text):
            yield f"secrets.{name}: is a placeholder; set a value of your own"
        elif len(text) < minimum:
            yield f"secrets.{name}: has {len(text)} characters and needs {minimum}; generate a longer one"
        elif minimum >= 16 and len(set(text)) < 8:
            yield f"secrets.{name}: repeats fewer than 8 different characters; generate a random one"


def _places(environment: Plain, secrets: Secrets, stack: str) -> Iterator[str]:
    for name, value in environment.items():
        if name in RESERVED:
            yield f"environment.{name}: {RESERVED[name]}; leave it out"
        elif name in secrets:
            yield f"environment.{name}: is set among the secrets too; keep one of them"
        elif looks_secret(name, value) or holds_a_secret(name, value):
            yield (
                f"environment.{name}: looks like a secret among plain variables; remove it there and "
                f"run `{set_command(name, stack)}`"
            )
        elif is_placeholder(value):
            yield f"environment.{name}: is a placeholder or empty; set a value or leave it out"
    for name in secrets:
        if name in RESERVED:
            yield f"secrets.{name}: {RESERVED[name]}; leave it out"
        elif is_public(name):
            yield f"secrets.{name}: is written into what every browser downloads; it cannot be a secret"
        elif name in VARIABLES and not VARIABLES[name].secret:
            yield f"secrets.{name}: is no secret and has to be seen by reviews; move it to environment"


def _examples(environment: Plain, secrets: Secrets, platform: str) -> Iterator[str]:
    if platform != "dokploy":
        return  # a machine of one's own may well know a host below .test
    for key, value in (
        *((f"environment.{name}", value) for name, value in environment.items()),
        *((f"secrets.{name}", value.get_secret_value()) for name, value in secrets.items()),
    ):
        if names_an_example(value):
            yield f"{key}: holds a name for examples, which leads nowhere; set the real one or leave it out"


CHECKS: tuple[Check, ...] = (_missing, _providers, _strength, _places, _examples)
