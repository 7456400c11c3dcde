"""Objects made through Dokploy's API as another program would make them."""

from __future__ import annotations

from typing import Any

import requests

from dokploy.simulator import Simulator


class ByHand:
    """`ByHand(simulator)("project.create", name="x")` is the answer's value."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def __call__(self, procedure: str, **body: Any) -> Any:
        answer = requests.post(
            f"{self._simulator.url}/api/{procedure}",
            json=body,
            headers={"x-api-key": self._simulator.api_key},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None
