"""The health check of SOP 2.1 and 4.1, as Swarm runs it inside the container."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.inputs import visible
from components.values import Probe, Shell


@dataclass(frozen=True, kw_only=True)
class HealthCheckArgs:
    """What is asked, how often, and through which shell."""

    probe: Probe
    port: int
    shell: Shell


class HealthCheck(pulumi.ComponentResource):
    """Makes the command of the check. The check itself is a property of the application: there are no children.

    Node does the request, since the app's image has neither curl nor wget. The login shell is what puts node
    on the path of an image that Nixpacks built. Anything but status 200 is unhealthy.
    """

    test: tuple[str, ...]

    def __init__(self, name: str, args: HealthCheckArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("chatzwa:index:HealthCheck", name, visible(args), opts)
        self.test = health_command(args.probe, args.port, args.shell)
        self.register_outputs({"test": list(self.test), "verdict_seconds": args.probe.verdict_seconds})


def health_command(probe: Probe, port: int, shell: Shell) -> tuple[str, ...]:
    """The check in Docker's form: CMD and the words of a command."""
    return ("CMD", f"/bin/{shell}", "-lc", f'exec node -e "{_request(probe, port)}"')


def _request(probe: Probe, port: int) -> str:
    """A program for node without a double quote, a dollar or a backslash, so that no shell changes it."""
    # Swarm kills a check at its time-out and tells nothing; giving up just before ends it by itself.
    patience_ms = max(500, probe.timeout_seconds * 1000 - 500)
    return (
        f"fetch('http://127.0.0.1:{port}{probe.path}',{{signal:AbortSignal.timeout({patience_ms})}})"
        ".then(r=>{if(r.status!==200){console.error('status '+r.status);process.exit(1)}process.exit(0)})"
        ".catch(e=>{console.error(e.message);process.exit(1)})"
    )
