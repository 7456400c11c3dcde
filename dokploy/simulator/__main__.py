"""`python -m dokploy.simulator --port N`: run the simulator by hand until Ctrl-C or SIGTERM."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from .simulator import Simulator


def main(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 0,
) -> None:
    """Serve Dokploy's API from memory on the loopback interface."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        simulator = Simulator(port).start()
    except OSError:
        typer.echo(f"port {port} of 127.0.0.1 is taken; choose another with --port, or --port 0", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"DOKPLOY_URL={simulator.url}")
    typer.echo(f"DOKPLOY_API_KEY={simulator.api_key}")
    stopped.wait()
    simulator.stop()


if __name__ == "__main__":
    typer.run(main)
