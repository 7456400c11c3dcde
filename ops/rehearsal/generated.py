"""The secrets of a rehearsal: strong, made anew for each one, and gone with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from components.section_secrets import needed
from components.variables import VARIABLES, required_secrets

NAMESPACE = "chatzwa"
LENGTH = 48
"""Characters of a secret that no list knows."""
ADDRESSES = (".webhookUrl", ".endpoint")
"""Secrets that are the address of a webhook."""


def generate(config: Mapping[str, Any], encrypted: Iterable[str]) -> dict[str, str]:
    """A value for each secret that the stack needs, by its path in the configuration.

    These are the secrets that the variables' list requires for the stack's plain variables, those that its sections
    need, and stand-ins for what its owner has encrypted already.
    """
    replaced = set(encrypted)
    prefix = f"{NAMESPACE}:secrets."
    names = {*config.get(f"{NAMESPACE}:environment", {}), *(key.removeprefix(prefix) for key in replaced)}
    lengths = {f"{prefix}{variable.name}": variable.generated_length for variable in required_secrets(names)}
    for key in replaced:
        variable = VARIABLES.get(key.removeprefix(prefix))
        lengths.setdefault(key, variable.generated_length if variable else LENGTH)
    sections = {key.removeprefix(f"{NAMESPACE}:"): value for key, value in config.items()}
    for path in needed(sections):
        lengths.setdefault(f"{NAMESPACE}:{path}", LENGTH)
    return {key: _stand_in(key, length) for key, length in sorted(lengths.items())}


def _stand_in(key: str, length: int) -> str:
    """Random text of the form that the key asks for."""
    token = secrets.token_hex(length // 2)
    if ".guard.users." in key:
        return f"$2y$05${secrets.token_hex(27)[:53]}"  # in the shape of bcrypt; nobody can sign in with it
    return f"https://chatzwa.localhost/{token}" if key.endswith(ADDRESSES) else token
