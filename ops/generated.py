"""The secrets of a rehearsal: strong, made anew for each one, and gone with it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from components.variables import VARIABLES, required_secrets

NAMESPACE = "chatzwa"
LENGTH = 48
"""Characters of a secret that no list knows."""


def generate(config: Mapping[str, Any], encrypted: Iterable[str]) -> dict[str, str]:
    """A value for each secret that the stack needs, by its path in the configuration.

    These are the secrets that the variables' list requires for the stack's plain variables, and stand-ins for
    what its owner has encrypted already.
    """
    replaced = set(encrypted)
    prefix = f"{NAMESPACE}:secrets."
    names = {*config.get(f"{NAMESPACE}:environment", {}), *(key.removeprefix(prefix) for key in replaced)}
    lengths = {f"{prefix}{variable.name}": variable.generated_length for variable in required_secrets(names)}
    for key in replaced:
        variable = VARIABLES.get(key.removeprefix(prefix))
        lengths.setdefault(key, variable.generated_length if variable else LENGTH)
    return {key: secrets.token_hex(length // 2) for key, length in sorted(lengths.items())}
