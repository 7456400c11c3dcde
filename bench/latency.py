"""How long `pulumi up` goes on after a release is proved: healthy, and healthy for as long as it has to be."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

from dokploy.simulator import Simulator
from tests.engine.example import application_only, deploy
from tests.engine.workspace import Workspace

ROUNDS = 7
STABLE_S = 3.0


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Seconds from the moment at which the proof was complete to the end of the command, by round."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def longest(self) -> float:
        return max(self.seconds)


def measure(folder: Path) -> Latency:
    """Deploy one release after the other with the real engine, and compare with the simulator's own clock."""
    with Simulator() as simulator:
        workspace = Workspace.make(folder, simulator)
        program = application_only()
        deploy(program, "web")
        program["web-release"]["stable_seconds"] = STABLE_S
        found = []
        for number in range(ROUNDS + 1):
            program["web"]["image"] = {"reference": f"demo/web:v{number}"}
            workspace.up(program).succeeded()
            ended = simulator.world.now()
            app_name = workspace.state["web"]["outputs"]["appName"]
            healthy = max(task.since for task in simulator.world.swarm.tasks(app_name) if task.alive)
            found.append(ended - healthy - STABLE_S)
    # The first one makes the objects, too.
    return Latency(seconds=tuple(found[1:]))
