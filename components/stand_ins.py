"""Random values in place of secrets that nobody has set, for a stack on a machine of one's own.

They follow from one seed that lies beside the stack's state, so that they are known before anything is created,
which the policies ask for, and stay the same from run to run.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from components.variables import required_secrets

SEED_FILE = Path(".pulumi-state/stand-ins")
_SEED_BYTES = 32


def with_stand_ins(config: Mapping[str, Any], stack: str, seed: Callable[[], bytes]) -> dict[str, Any]:
    """The configuration with a value for each required secret that is not set, if it asks for that.

    ``seed`` is called only then. Whatever is wrong with the configuration stays as it is, for the settings to say.
    """
    engine, plain, given = (config.get(key) or {} for key in ("docker", "environment", "secrets"))
    if config.get("platform") != "docker" or not all(isinstance(one, dict) for one in (engine, plain, given)):
        return dict(config)
    if engine.get("standIns") is not True:
        return dict(config)
    missing = [
        one.name for one in required_secrets({*plain, *given}) if one.name not in given and one.name not in plain
    ]
    key = seed() if missing else b""
    made = {name: hmac.digest(key, f"{stack}/{name}".encode(), "sha256").hex()[:48] for name in missing}
    return {**config, "secrets": {**made, **given}}


def kept_seed() -> bytes:
    """The seed of this checkout, made at its first use. Nobody else can read the file."""
    SEED_FILE.parent.mkdir(mode=0o700, exist_ok=True)
    if not SEED_FILE.exists():
        with NamedTemporaryFile(dir=SEED_FILE.parent) as new:  # readable by its owner alone
            new.write(secrets.token_bytes(_SEED_BYTES))
            new.flush()
            with suppress(FileExistsError):  # another run was faster
                os.link(new.name, SEED_FILE)
    return SEED_FILE.read_bytes()
