"""Whether the machine behind SSH may be spoken to, asked once before anything of a stack is touched.

Without it, every single resource would fail with an error of its own.
"""

from __future__ import annotations

import shlex
import subprocess

import pulumi

from components.platforms.docker.machine import Machine

LONGEST_S = 60


def require_access(machine: Machine) -> None:
    """Sign in to a remote machine and ask its engine; nothing to do for one that is here.

    Raises ``pulumi.RunError`` with one line: the key of ``docker.host`` is not known or has changed, nobody is let
    in, or no engine answers there.
    """
    if not machine.remote:
        return
    text = "docker version --format '{{.Server.Version}}'"
    try:
        answer = subprocess.run(  # noqa: S603 - the settings let no option pass for an address
            [*machine.ssh, text],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LONGEST_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise pulumi.RunError(f"docker.host {machine.address} did not answer within {LONGEST_S} s") from None
    except FileNotFoundError:
        raise pulumi.RunError(f"docker.host {machine.address} needs the command ssh here: install it") from None
    if answer.returncode != 0:
        raise pulumi.RunError(f"docker.host {machine.address} {_why(machine, answer)}")


def _why(machine: Machine, answer: subprocess.CompletedProcess[str]) -> str:
    by_hand = shlex.join(machine.by_hand)
    said = answer.stderr.strip().splitlines() or ["it said nothing"]
    if "HOST IDENTIFICATION HAS CHANGED" in answer.stderr:
        return (
            "shows another key than the known one, so nothing was sent: somebody may be in between. If its key was "
            f"changed on purpose: ssh-keygen -R {shlex.quote(machine.known_as)}, then {by_hand}"
        )
    if "Host key verification failed" in answer.stderr:
        return f"has a key that is not known here, so nothing was sent; compare it and accept it once: {by_hand}"
    if answer.returncode == 255:  # ssh's own
        return f"cannot be signed in to ({said[-1].strip()}); try it by hand: {by_hand}"
    return f"has no engine that answers there ({said[-1].strip()}); look at it: {by_hand} docker version"
