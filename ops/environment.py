"""The environment that real deployments run in: which Pulumi, whose state, and the passphrase of its secrets.

State lies on a file backend in `.pulumi-state/` of the checkout unless PULUMI_BACKEND_URL names another
place. Its secrets are encrypted with the passphrase of PULUMI_CONFIG_PASSPHRASE or
PULUMI_CONFIG_PASSPHRASE_FILE; where neither is set, with one that is generated once into
`.pulumi-state/passphrase`.
"""

from __future__ import annotations

import os
import secrets
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from ops.errors import OpsError

STATE = ".pulumi-state"
PASSPHRASE_VARIABLES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


def deployment_environment(
    root: Path, cli: Path, inherited: Mapping[str, str], say: Callable[[str], None]
) -> dict[str, str]:
    """The variables to add to `inherited` so that a plain `pulumi` in `root` works on this project's state.

    Makes the state's folder and its passphrase when they are missing, and says so. Raises OpsError when
    stacks are there but their passphrase is not: a new one could not read them.
    """
    added = {
        # The real folder: the engine warns of a language host on PATH that is not the one beside itself.
        "PATH": f"{cli.resolve().parent}{os.pathsep}{inherited.get('PATH', os.defpath)}",
        # The provider is part of this checkout; nothing else has to be fetched.
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    if inherited.get("PULUMI_BACKEND_URL"):
        return added
    state = root / STATE
    state.mkdir(mode=0o700, exist_ok=True)
    added["PULUMI_BACKEND_URL"] = f"file://{state}"
    if not any(name in inherited for name in PASSPHRASE_VARIABLES):
        added["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(_passphrase(state, say))
    return added


def check_passphrase(root: Path, stack: str, inherited: Mapping[str, str], say: Callable[[str], None]) -> None:
    """Raise OpsError where the stack's file was encrypted elsewhere and nobody has said with which passphrase.

    Pulumi itself says "incorrect passphrase", and not where it looked for one.
    """
    if inherited.get("PULUMI_BACKEND_URL") or any(name in inherited for name in PASSPHRASE_VARIABLES):
        return
    file, state = root / f"Pulumi.{stack}.yaml", root / STATE
    if not file.exists() or not any(line.startswith("encryptionsalt:") for line in file.read_text().splitlines()):
        return
    way_out = (
        f"set {' or '.join(PASSPHRASE_VARIABLES)}, or put it into {STATE}/passphrase; to begin anew, take the line "
        f"encryptionsalt and all secrets out of {file.name}"
    )
    if not (state / "passphrase").exists():
        raise OpsError(f"{file.name} is encrypted with a passphrase that this checkout does not have: {way_out}")
    if not any((state / ".pulumi" / "stacks").rglob(f"{stack}.json")):
        say(
            f"{file.name} was encrypted before this state knew the stack; should Pulumi find the passphrase of "
            f"{STATE}/passphrase incorrect: {way_out}"
        )


def exports(variables: Mapping[str, str]) -> str:
    """The variables as lines for a POSIX shell's `eval`."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())


def _passphrase(state: Path, say: Callable[[str], None]) -> Path:
    path = state / "passphrase"
    if path.exists():
        return path
    if any((state / ".pulumi" / "stacks").rglob("*.json")):
        raise OpsError(f"{path} is missing, and the stacks need it: restore it, or set {PASSPHRASE_VARIABLES[0]}")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(32))
    say(
        f"made {path}, which encrypts the secrets of this state and of Pulumi.*.yaml: "
        "keep a copy, for who loses it loses them"
    )
    return path
